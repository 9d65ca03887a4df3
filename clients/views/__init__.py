"""The screens of clients, trajecten and opdrachtgevers."""
