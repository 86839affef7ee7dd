"""What the notes keep about people: who wrote them."""

from strongroom.kernel import PersonalTable, Subject


TABLES = (
    PersonalTable(
        table="public.notes",
        title="Notes",
        subject=Subject("written_by", by="email"),
        personal={"written_by": "shows the organization who wrote a note"},
        impersonal=("text",),
        ground="contract",
        kept="until somebody deletes it",
        on_erasure="anonymise",
        because="a note is the organization's, and stays without its author",
        instead={"written_by": "somebody who was erased"},
    ),
)
