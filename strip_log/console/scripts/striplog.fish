# Completes striplog's commands, options and names on Tab, in fish.
# The words go to striplog as text, and fish quotes what comes back: none of it is run.
function __striplog_complete
    set -l words (commandline -opc)
    set -l word (commandline -ct)
    set -l program (string replace -r '^~/' "$HOME/" -- $words[1])
    set -lx _STRIPLOG_COMPLETE fish
    set -l answer ($program $words[2..] "$word" 2>/dev/null)
    set -e _STRIPLOG_COMPLETE
    if test "$answer[1]" = files
        set -l option (string match -r -- '^-[^=]*=' "$word")
        set -l path (string replace -r -- '^-[^=]*=' '' "$word")
        for file in (complete -C "__fish_command_without_completions $path")
            printf '%s\n' "$option$file"
        end
    else
        printf '%s\n' $answer[2..]
    end
end
complete -c striplog -f -a '(__striplog_complete)'
