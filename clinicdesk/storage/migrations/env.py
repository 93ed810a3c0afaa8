"""Run the migrations on the encrypted connection that is already open, in its transaction."""

from alembic import context

from clinicdesk.storage.base import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,  # SQLite alters a table by copying it
    transactional_ddl=True,  # ours is: "begin" says BEGIN IMMEDIATE
)
with context.begin_transaction():
    context.run_migrations()
