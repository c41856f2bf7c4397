# Completes striplog's commands, options and names on Tab, in PowerShell.
# The words go to striplog as text, and what comes back is quoted: none of it is run.
Register-ArgumentCompleter -Native -CommandName striplog -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $words = @($commandAst.CommandElements |
        Where-Object { $_.Extent.EndOffset -lt $cursorPosition } |
        ForEach-Object { if ($null -ne $_.Value) { $_.Value } else { $_.Extent.Text } })
    try {
        $env:_STRIPLOG_COMPLETE = "powershell"
        $env:_STRIPLOG_WORDS = ($words + $wordToComplete) -join "`n"
        striplog | Select-Object -Skip 1 | ForEach-Object {
            $text, $name, $help = $_ -split "`t", 3
            [System.Management.Automation.CompletionResult]::new(
                $text, $name, "ParameterValue", $help)
        }
    } finally {
        Remove-Item Env:_STRIPLOG_COMPLETE, Env:_STRIPLOG_WORDS -ErrorAction SilentlyContinue
    }
}
