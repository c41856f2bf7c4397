#compdef striplog
# Completes striplog's commands, options and names on Tab, in zsh.
# The words go to striplog as text, and zsh quotes what comes back: none of it is run.
_striplog() {
    local program=${(Q)words[1]} line value
    local -a answer names shown targets
    program=${program/#\~\//$HOME/}
    answer=("${(@f)$(_STRIPLOG_COMPLETE=zsh $program "${(@Q)words[2,CURRENT-1]}" "$QIPREFIX$PREFIX" \
        2>/dev/null)}")
    if [[ $answer[1] == files ]]; then
        [[ $PREFIX == -*=* ]] && compset -P '*='
        _files
        return
    fi
    for line in "${(@)answer[2,-1]}"; do
        value=${line%%$'\t'*}
        if [[ $value == *= ]]; then
            targets+=("$value")
        else
            names+=("$value")
            [[ $line == *$'\t'* ]] && line="$value  ${line#*$'\t'}"
            shown+=("$line")
        fi
    done
    local -a alike=(-M 'm:{[:lower:][:upper:]}={[:upper:][:lower:]}')
    (( $#targets )) && compadd $alike -S '' -a targets
    (( $#names )) && compadd $alike -l -V striplog -d shown -a names
}
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
    _striplog "$@"
else
    (( $+functions[compdef] )) || { autoload -Uz compinit && compinit -i }
    compdef _striplog striplog
fi
