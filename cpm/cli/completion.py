"""`cpm completion`: the script by which a shell completes our commands."""

import click
from click.shell_completion import get_completion_class

from cpm.cli import harmless


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print what makes your shell complete `cpm` with the Tab key.

    bash: eval "$(cpm completion bash)" in ~/.bashrc; zsh: the same in ~/.zshrc;
    fish: cpm completion fish > ~/.config/fish/completions/cpm.fish
    """
    found = get_completion_class(shell)
    assert found is not None, "click knows all three"
    harmless.echo(found(context.find_root().command, {}, "cpm", "_CPM_COMPLETE").source())
