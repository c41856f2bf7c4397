"""A script that completes names on Tab."""

from importlib.resources import files

import click

from strip_log.console import options, terminal
from strip_log.console.completion import SHELLS


@click.command()
@click.argument("shell", type=click.Choice(list(SHELLS)))
@options.common
def command(shell: str) -> None:
    """Print the script that makes your shell complete commands, drugs, sites and lots on Tab.

    \b
      striplog completion bash >> ~/.bashrc
      striplog completion zsh >> ~/.zshrc
      striplog completion fish > ~/.config/fish/completions/striplog.fish
      striplog completion powershell >> $PROFILE
    """
    terminal.must_be_read()
    script = files("strip_log.console").joinpath("scripts", f"striplog.{SHELLS[shell]}")
    terminal.echo(*script.read_text("utf-8").splitlines())
