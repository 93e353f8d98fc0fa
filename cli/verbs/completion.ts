/** `spancheck completion`: a script for the shell, made from the verbs and options that there are. */
import { Argument, Command } from 'commander';

const SHELLS = ['bash', 'zsh', 'fish'] as const;
type Shell = (typeof SHELLS)[number];

export function completionVerb(): Command {
  return new Command('completion')
    .description('print a completion script for a shell')
    .addArgument(new Argument('<shell>', 'the shell').choices(SHELLS))
    .addHelpText(
      'after',
      `
Examples:
  source <(spancheck completion bash)               in ~/.bashrc
  spancheck completion zsh > ~/.zfunc/_spancheck    in a folder of $fpath
  spancheck completion fish > ~/.config/fish/completions/spancheck.fish

Exit status: 0 printed, 2 no such shell.`,
    )
    .action((shell: Shell, _options: unknown, verb: Command) => {
      process.stdout.write(completionScript(shell, verb.parent ?? verb));
    });
}

/** Returns the script that completes the verbs of `program`, their options and the choices of these. */
export function completionScript(shell: Shell, program: Command): string {
  const verbs = program.commands.map(verbOf);
  return { bash: bashScript, zsh: zshScript, fish: fishScript }[shell](verbs);
}

interface Verb {
  readonly name: string;
  readonly text: string;
  readonly options: readonly Flag[];
  /** Words that its first argument may be; files if there are none. */
  readonly choices: readonly string[];
}

interface Flag {
  readonly long: string;
  readonly text: string;
  readonly takesValue: boolean;
  readonly choices: readonly string[];
}

function verbOf(verb: Command): Verb {
  const options = verb.options.map((option) => ({
    long: option.long ?? '',
    text: option.description,
    takesValue: option.required || option.optional,
    choices: option.argChoices ?? [],
  }));
  const help = { long: '--help', text: 'display help', takesValue: false, choices: [] };
  return {
    name: verb.name(),
    text: verb.description(),
    options: [...options, help],
    choices: verb.registeredArguments[0]?.argChoices ?? [],
  };
}

function bashScript(verbs: readonly Verb[]): string {
  const cases = verbs.map(({ name, options, choices }) => {
    const flags = options.map(({ long }) => long).join(' ');
    return `    ${name}) flags='${flags}'; words='${choices.join(' ')}' ;;`;
  });
  const values = verbs.flatMap(({ name, options }) =>
    options
      .filter(({ choices }) => choices.length > 0)
      .map(
        ({ long, choices }) =>
          `    '${name} ${long}') COMPREPLY=($(compgen -W '${choices.join(' ')}' -- "$word")); return ;;`,
      ),
  );
  return `_spancheck() {
  local word=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]} verb=\${COMP_WORDS[1]} flags= words=
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W '${verbs.map(({ name }) => name).join(' ')}' -- "$word"))
    return
  fi
  case "$verb $before" in
${values.join('\n')}
  esac
  case "$verb" in
${cases.join('\n')}
  esac
  case "$word" in
    -*) COMPREPLY=($(compgen -W "$flags" -- "$word")) ;;
    *) [ -n "$words" ] && COMPREPLY=($(compgen -W "$words" -- "$word")) ;;
  esac
}
complete -o default -F _spancheck spancheck
`;
}

function zshScript(verbs: readonly Verb[]): string {
  const names = verbs.map(({ name, text }) => `    ${quoted(`${name}:${text.replaceAll(':', '\\:')}`)}`);
  const cases = verbs.map(({ name, options, choices }) => {
    const specs = options.map(({ long, text, takesValue, choices: values }) => {
      const value = values.length > 0 ? `(${values.join(' ')})` : '_files';
      return quoted(`*${long}[${text.replace(/[[\]:]/g, '\\$&')}]${takesValue ? `:value:${value}` : ''}`);
    });
    const first = quoted(choices.length > 0 ? `:word:(${choices.join(' ')})` : '*:file:_files');
    return `    ${name}) _arguments ${[...specs, first].join(' ')} ;;`;
  });
  return `#compdef spancheck
_spancheck() {
  local -a verbs=(
${names.join('\n')}
  )
  if (( CURRENT == 2 )); then
    _describe verb verbs
    return
  fi
  local verb=$words[2]
  shift words
  (( CURRENT-- ))
  case $verb in
${cases.join('\n')}
  esac
}
if [ "$funcstack[1]" = _spancheck ]; then _spancheck "$@"; else compdef _spancheck spancheck; fi
`;
}

function fishScript(verbs: readonly Verb[]): string {
  const lines = verbs.flatMap(({ name, text, options, choices }) => [
    `complete -c spancheck -n __fish_use_subcommand -f -a ${name} -d ${quoted(text)}`,
    ...(choices.length > 0
      ? [`complete -c spancheck -n '__fish_seen_subcommand_from ${name}' -f -a ${quoted(choices.join(' '))}`]
      : []),
    ...options.map(({ long, text: flagText, takesValue, choices: values }) =>
      [
        `complete -c spancheck -n '__fish_seen_subcommand_from ${name}' -l ${long.slice(2)}`,
        ...(takesValue ? ['-r'] : []),
        ...(values.length > 0 ? [`-f -a ${quoted(values.join(' '))}`] : []),
        `-d ${quoted(flagText)}`,
      ].join(' '),
    ),
  ]);
  return `${lines.join('\n')}\n`;
}

/** Returns the text in single quotes, as bash and zsh read it; fish reads it alike unless it holds a backslash. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
