"""A membership is of one person for good: where two have to look, two memberships are two persons."""

from django.db import migrations

SAME = """
CREATE FUNCTION access_same_person() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a membership is of one person, in one bureau' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER same_person BEFORE UPDATE ON access_membership FOR EACH ROW
    WHEN (ROW(OLD.id, OLD.bureau_id, OLD.user_id, OLD.private_group_id)
        IS DISTINCT FROM ROW(NEW.id, NEW.bureau_id, NEW.user_id, NEW.private_group_id))
    EXECUTE FUNCTION access_same_person();
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0012_nameless")]

    operations = [
        migrations.RunSQL(SAME, "DROP TRIGGER same_person ON access_membership; DROP FUNCTION access_same_person()"),
    ]
