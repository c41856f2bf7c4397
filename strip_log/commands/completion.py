"""A script that completes names on Tab."""

import click
from click.shell_completion import get_completion_class

import strip_log.console.completion  # noqa: F401 - makes PowerShell known to click
from strip_log.console import options, terminal
from strip_log.errors import Misused

SHELLS = ("bash", "zsh", "fish", "powershell")


@click.command()
@click.argument("shell", type=click.Choice(SHELLS))
@options.common
def command(shell: str) -> None:
    """Print the script that makes your shell complete commands, drugs, sites and lots on Tab.

    \b
      striplog completion bash >> ~/.bashrc
      striplog completion zsh >> ~/.zshrc
      striplog completion fish > ~/.config/fish/completions/striplog.fish
      striplog completion powershell >> $PROFILE
    """
    found = get_completion_class(shell)
    if found is None:
        raise Misused(f"There is no completion for {shell}.")
    script = found(click.Command("striplog"), {}, "striplog", "_STRIPLOG_COMPLETE")
    terminal.echo(*(script.source_template % script.source_vars()).split("\n"))
