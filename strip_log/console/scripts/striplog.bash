# Completes striplog's commands, options and names on Tab, in bash.
# The line goes to striplog as text, and what comes back is put in as it is: none of it is run.
_striplog() {
    local program=$1 kind= word
    case $program in "~/"*) program=$HOME/${program#"~/"} ;; esac
    COMPREPLY=()
    {
        IFS= read -r kind
        while IFS= read -r word; do COMPREPLY+=("$word"); done
    } < <(_STRIPLOG_COMPLETE=bash "$program" "${COMP_LINE:0:COMP_POINT}" "$2" 2>/dev/null)
    if [[ $kind == files ]]; then
        compopt -o default 2>/dev/null
    elif [[ ${COMPREPLY[0]-} == *= ]]; then
        compopt -o nospace 2>/dev/null
    fi
}
complete -o nosort -F _striplog striplog 2>/dev/null || complete -F _striplog striplog
