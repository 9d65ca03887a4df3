"""The table of tests/test_permissions.py: method, and the status that each persona gets.

All in one bureau, except `elsewhere` (a coach of another, on its own host, with the ids of this one) and the platform's
`operator` on the bare host. `coach` handles the dossier that every id here is of; `stranger` is a coach without it.
302 for nobody is the login page. 403: within reach, or a page of another role; 404: out of reach, or of another side.
"""

PERSONAS = (
    "nobody", "coach", "stranger", "directie", "administratie", "fg", "beheerder",
    "client", "other_client", "gemachtigde", "payer", "other_payer", "elsewhere", "operator",
)  # fmt: skip
# fmt: off
TABLE = {
    #                                               nob coa str dir adm fg  beh cli ocl gem pay opa els ope
    # the door, health and colour
    "home":                                   "GET  302 302 302 302 302 302 302 302 302 302 302 302 302 302",
    "bureau_css":                             "GET  200 200 200 200 200 200 200 200 200 200 200 200 200 200",
    "healthz":                                "GET  200 200 200 200 200 200 200 200 200 200 200 200 200 200",
    "readyz":                                 "GET  503 503 503 503 503 503 503 503 503 503 503 503 503 503",
    # accounts: everyone their own
    "account_login":                          "GET  200 302 302 302 302 302 302 302 302 302 302 302 302 302",
    "account_logout":                         "GET  302 200 200 200 200 200 200 200 200 200 200 200 200 200",
    "account_reauthenticate":                 "GET  302 200 200 200 200 200 200 200 200 200 200 200 200 200",
    "account_change_password":                "GET  302 200 200 200 200 200 200 200 200 200 200 200 200 200",
    "account_reset_password":                 "GET  200 200 200 200 200 200 200 200 200 200 200 200 200 200",
    "account_reset_password_done":            "GET  200 200 200 200 200 200 200 200 200 200 200 200 200 200",
    "account_reset_password_from_key":        "GET  200 200 200 200 200 200 200 200 200 200 200 200 200 200",
    "account_reset_password_from_key_done":   "GET  200 200 200 200 200 200 200 200 200 200 200 200 200 200",
    "usersessions_list":                      "GET  302 200 200 200 200 200 200 200 200 200 200 200 200 200",
    # second steps: without one there is nothing to change or remove
    "mfa_index":                              "GET  302 200 200 200 200 200 200 200 200 200 200 200 200 200",
    "mfa_authenticate":                       "GET  302 302 302 302 302 302 302 302 302 302 302 302 302 302",
    "mfa_reauthenticate":                     "GET  302 302 302 302 302 302 302 302 302 302 302 302 302 302",
    "mfa_activate_totp":                      "GET  302 200 200 200 200 200 200 200 200 200 200 200 200 200",
    "mfa_deactivate_totp":                    "GET  302 404 404 404 404 404 404 404 404 404 404 404 404 404",
    "mfa_view_recovery_codes":                "GET  302 404 404 404 404 404 404 404 404 404 404 404 404 404",
    "mfa_generate_recovery_codes":            "GET  302 200 200 200 200 200 200 200 200 200 200 200 200 200",
    "mfa_download_recovery_codes":            "GET  302 404 404 404 404 404 404 404 404 404 404 404 404 404",
    "mfa_list_webauthn":                      "GET  302 200 200 200 200 200 200 200 200 200 200 200 200 200",
    "mfa_add_webauthn":                       "GET  302 200 200 200 200 200 200 200 200 200 200 200 200 200",
    "mfa_reauthenticate_webauthn":            "GET  302 302 302 302 302 302 302 302 302 302 302 302 302 302",
    "mfa_remove_webauthn":                    "GET  302 404 404 404 404 404 404 404 404 404 404 404 404 404",
    "mfa_edit_webauthn":                      "GET  302 404 404 404 404 404 404 404 404 404 404 404 404 404",
    "mfa_login_webauthn":                     "GET  302 302 302 302 302 302 302 302 302 302 302 302 302 302",
    # the platform's operator, on the bare host
    "platform:bureaus":                       "GET  404 404 404 404 404 404 404 404 404 404 404 404 404 200",
    "platform:new_bureau":                    "GET  404 404 404 404 404 404 404 404 404 404 404 404 404 200",
    # who works here
    "access:account":                         "GET  302 200 200 200 200 200 200 200 200 200 200 200 200 200",
    "access:mfa_needed":                      "GET  302 200 200 200 200 200 200 200 200 200 200 200 200 200",
    "access:accept":                          "GET  410 410 410 410 410 410 410 410 410 410 410 410 410 404",
    "access:people":                          "GET  302 403 403 200 403 403 200 404 404 404 404 404 403 404",
    "access:invite":                          "GET  302 403 403 200 403 403 200 404 404 404 404 404 403 404",
    "access:person":                          "GET  302 403 403 200 403 403 200 404 404 404 404 404 403 404",
    "access:end":                             "GET  302 403 403 200 403 403 200 404 404 404 404 404 403 404",
    "access:withdraw":                        "POST 302 403 403 302 403 403 302 404 404 404 404 404 403 404",
    # work list
    "overviews:worklist":                     "GET  302 200 200 200 200 200 200 404 404 404 404 404 200 404",
    "overviews:shelf":                        "GET  302 200 200 404 404 404 404 404 404 404 404 404 200 404",
    # clients and trajecten: within reach, and written by who may
    "clients:list":                           "GET  302 200 200 200 200 403 403 404 404 404 404 404 200 404",
    "clients:find_by_bsn":                    "GET  302 200 200 403 200 403 403 404 404 404 404 404 200 404",
    "clients:register":                       "GET  302 200 200 403 200 403 403 404 404 404 404 404 200 404",
    "clients:detail":                         "GET  302 200 404 200 200 403 403 404 404 404 404 404 404 404",
    "clients:edit":                           "GET  302 200 404 403 403 403 403 404 404 404 404 404 404 404",
    "clients:bsn":                            "GET  302 200 404 403 200 403 403 404 404 404 404 404 404 404",
    "clients:invite":                         "POST 302 302 404 403 403 403 403 404 404 404 404 404 404 404",
    "clients:contact_person_add":             "GET  302 200 404 403 403 403 403 404 404 404 404 404 404 404",
    "clients:contact_person":                 "GET  302 200 404 403 403 403 403 404 404 404 404 404 404 404",
    "clients:contact_person_remove":          "GET  302 200 404 403 403 403 403 404 404 404 404 404 404 404",
    "clients:gemachtigde_add":                "GET  302 200 404 403 403 403 403 404 404 404 404 404 404 404",
    "clients:gemachtigde":                    "GET  302 200 404 403 403 403 403 404 404 404 404 404 404 404",
    "clients:gemachtigde_end":                "GET  302 200 404 403 403 403 403 404 404 404 404 404 404 404",
    "clients:gemachtigde_invite":             "POST 302 302 404 403 403 403 403 404 404 404 404 404 404 404",
    "clients:trajecten":                      "GET  302 200 200 200 200 403 403 404 404 404 404 404 200 404",
    "clients:traject":                        "GET  302 200 404 200 200 403 403 404 404 404 404 404 404 404",
    "clients:traject_edit":                   "GET  302 200 404 403 403 403 403 404 404 404 404 404 404 404",
    "clients:traject_phase":                  "GET  302 200 404 403 403 403 403 404 404 404 404 404 404 404",
    "clients:traject_end":                    "GET  302 200 404 403 403 403 403 404 404 404 404 404 404 404",
    "clients:appointment_add":                "GET  302 200 404 403 403 403 403 404 404 404 404 404 404 404",
    "clients:appointment":                    "GET  302 200 404 403 403 403 403 404 404 404 404 404 404 404",
    "clients:appointment_attendance":         "GET  302 200 404 403 403 403 403 404 404 404 404 404 404 404",
    "clients:appointment_cancel":             "POST 302 302 404 403 403 403 403 404 404 404 404 404 404 404",
    # opdrachtgevers are of the whole bureau
    "clients:opdrachtgevers":                 "GET  302 200 200 200 200 403 200 404 404 404 404 404 200 404",
    "clients:opdrachtgever_add":              "GET  302 200 200 200 200 403 200 404 404 404 404 404 200 404",
    "clients:opdrachtgever":                  "GET  302 200 200 200 200 403 200 404 404 404 404 404 404 404",
    "clients:opdrachtgever_edit":             "GET  302 200 200 200 200 403 200 404 404 404 404 404 404 404",
    "clients:contact_add":                    "GET  302 200 200 200 200 403 200 404 404 404 404 404 404 404",
    "clients:contact":                        "GET  302 200 200 200 200 403 200 404 404 404 404 404 404 404",
    "clients:contact_invite":                 "POST 302 302 302 302 302 403 302 404 404 404 404 404 404 404",
    "clients:contract_add":                   "GET  302 200 200 200 200 403 200 404 404 404 404 404 404 404",
    "clients:contract":                       "GET  302 200 200 200 200 403 200 404 404 404 404 404 404 404",
    # templates, kept by directie and beheerder
    "dossiers:templates":                     "GET  302 403 403 200 403 403 200 404 404 404 404 404 403 404",
    "dossiers:new_template":                  "GET  302 403 403 200 403 403 200 404 404 404 404 404 403 404",
    "dossiers:template":                      "GET  302 403 403 200 403 403 200 404 404 404 404 404 403 404",
    "dossiers:switch_template":               "POST 302 403 403 302 403 403 302 404 404 404 404 404 403 404",
    # dossiers; a concept is its author's alone
    "dossiers:detail":                        "GET  302 200 404 200 200 404 404 404 404 404 404 404 404 404",
    "dossiers:new_stuk":                      "GET  302 200 404 403 403 404 404 404 404 404 404 404 404 404",
    "dossiers:archive":                       "GET  302 200 404 403 403 404 404 404 404 404 404 404 404 404",
    "dossiers:reopen":                        "GET  302 200 404 403 403 404 404 404 404 404 404 404 404 404",
    "dossiers:stuk":                          "GET  302 200 404 200 200 404 404 404 404 404 404 404 404 404",
    "dossiers:edit":                          "GET  302 200 404 404 404 404 404 404 404 404 404 404 404 404",
    "dossiers:autosave":                      "POST 302 409 404 404 404 404 404 404 404 404 404 404 404 404",
    "dossiers:finish":                        "GET  302 302 404 404 404 404 404 404 404 404 404 404 404 404",
    "dossiers:supplement":                    "POST 302 302 404 403 403 404 404 404 404 404 404 404 404 404",
    "dossiers:discard":                       "GET  302 200 404 404 404 404 404 404 404 404 404 404 404 404",
    "dossiers:upload":                        "GET  302 200 404 403 403 404 404 404 404 404 404 404 404 404",
    "dossiers:file":                          "GET  302 200 404 200 200 404 404 404 404 404 404 404 404 404",
    "dossiers:release":                       "GET  302 200 404 403 403 404 404 404 404 404 404 404 404 404",
    "dossiers:withdraw":                      "GET  302 200 404 403 403 404 404 404 404 404 404 404 404 404",
    # the client, and who acts for the client
    "portal:home":                            "GET  302 404 404 404 404 404 404 200 200 200 404 404 404 404",
    "portal:dossier":                         "GET  302 404 404 404 404 404 404 200 200 200 404 404 404 404",
    "portal:stuk":                            "GET  302 404 404 404 404 404 404 200 404 200 404 404 404 404",
    "portal:file":                            "GET  302 404 404 404 404 404 404 200 404 200 404 404 404 404",
    "portal:statements":                      "GET  302 404 404 404 404 404 404 200 200 200 404 404 404 404",
    "portal:new_statement":                   "GET  302 404 404 404 404 404 404 200 200 200 404 404 404 404",
    "portal:people":                          "GET  302 404 404 404 404 404 404 200 200 200 404 404 404 404",
    # the opdrachtgever
    "portal:trajecten":                       "GET  302 404 404 404 404 404 404 404 404 404 200 200 404 404",
    "portal:traject":                         "GET  302 404 404 404 404 404 404 404 404 404 200 404 404 404",
    "portal:released":                        "GET  302 404 404 404 404 404 404 404 404 404 200 404 404 404",
    "portal:released_file":                   "GET  302 404 404 404 404 404 404 404 404 404 200 404 404 404",
}
# fmt: on
