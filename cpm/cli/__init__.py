"""The program `cpm`: one file a noun. A command parses, asks one command or query, and prints what it says.

Exit codes: 0 done, 1 refused, 2 wrong usage, 3 the database is locked, gone, too old or too new.
"""

import gc

import click

from cpm.cli import (
    absences,
    attributes,
    audit,
    backups,
    batches,
    case_lists,
    cases,
    choosing,
    comments,
    completion,
    cti,
    customers,
    decisions,
    demo,
    documents,
    duplicates,
    erp,
    escalating,
    incidents,
    links,
    mail,
    mail_test,
    mailboxes,
    messages,
    migrations,
    moving,
    operations,
    parking,
    people,
    serve,
    setup,
    store,
    suspensions,
    tasks,
    teams,
    templates,
    testing,
    tokens,
    training,
    webforms,
    webhooks,
    work,
    writing,
)
from cpm.cli.program import Program
from cpm.cli.terminal import debug_option

# What is loaded by now stays: no collection looks at it again. The one at the end took half a second of each program
gc.freeze()


@click.group(cls=Program, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="cpm")
@debug_option
def main() -> None:
    """A customer's concern is a case, and a process drives it.

    Who acts is named by --as USER or CPM_USER. The database is CPM_DATABASE_URL, or var/cpm.db.
    """


for _command in (
    setup.init,
    setup.deploy,
    setup.check,
    testing.test,
    decisions.decide,
    mail.receive,
    mail.intake,
    mail.sink,
    mail.mail,
    mailboxes.fetch,
    mailboxes.mailbox,
    messages.message,
    messages.signal,
    tasks.tasks,
    tasks.task,
    tasks.claim,
    tasks.release,
    escalating.escalate,
    parking.park,
    parking.unpark,
    tasks.complete,
    choosing.choose,
    incidents.incident,
    cases.case,
    customers.customer,
    case_lists.cases_,
    attributes.attributes_,
    templates.template,
    cases.journal_,
    suspensions.definition,
    suspensions.jobs,
    migrations.migrate,
    batches.batch,
    people.user,
    cti.cti,
    teams.team,
    absences.absence,
    tokens.token,
    audit.audit,
    webforms.webform,
    webhooks.webhook,
    operations.operations,
    work.work,
    serve.serve,
    documents.document,
    duplicates.duplicates,
    store.store,
    backups.backup,
    backups.restore,
    demo.demo,
    training.training,
    erp.erp,
    completion.completion,
):
    main.add_command(_command)
for _command in (
    moving.places,
    moving.move,
    moving.cancel,
    links.links,
    links.link,
    links.merge,
    links.split,
    links.undo,
    comments.comment,
    comments.comments,
    writing.write,
):
    cases.case.add_command(_command)
mail.mail.add_command(mail_test.test)
