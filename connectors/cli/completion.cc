#include "connectors/cli/completion.h"

#include <fmt/format.h>

#include "connectors/cli/commands.h"
#include "connectors/cli/option_checks.h"

namespace tocsin {
namespace {

constexpr char kScript[] = R"(# bash completion of tocsin; use: source <(tocsin completion bash)
_tocsin() {{
  local current=${{COMP_WORDS[COMP_CWORD]}} previous=${{COMP_WORDS[COMP_CWORD-1]}} command=${{COMP_WORDS[1]}}
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W '{commands} --help --version' -- "$current"))
    return
  fi
  case "$command $previous" in
{values}  esac
  if [ "${{current:0:1}}" != - ]; then
    if [ "$command" = completion ]; then COMPREPLY=($(compgen -W bash -- "$current")); else compopt -o default; fi
    return
  fi
  case "$command" in
{options}  esac
}}
complete -F _tocsin tocsin
)";

std::string option_names(const CLI::App& command) {
  std::string names;
  for (const CLI::Option* option : command.get_options()) {
    for (const std::string& name : option->get_lnames())
      names += (names.empty() ? "--" : " --") + name;
  }
  return names;
}

// Cases for what follows an option that takes a value: its choices when its type lists them, else a
// file's name.
std::string value_cases(const CLI::App& command) {
  std::string cases;
  for (const CLI::Option* option : command.get_options()) {
    if (option->get_lnames().empty() || option->get_expected_max() == 0) continue;
    const std::string key = fmt::format("{} --{}", command.get_name(), option->get_lnames()[0]);
    std::string type = option->get_type_name();
    type.resize(std::min(type.find(':'), type.size()));
    if (type.find('|') != std::string::npos) {
      std::replace(type.begin(), type.end(), '|', ' ');
      cases += fmt::format("    '{}') COMPREPLY=($(compgen -W '{}' -- \"$current\")); return ;;\n",
                           key, type);
    } else {
      cases += fmt::format("    '{}') compopt -o default; return ;;\n", key);
    }
  }
  return cases;
}

}  // namespace

std::string bash_completion(const CLI::App& app) {
  std::string commands;
  std::string values;
  std::string options;
  for (const CLI::App* command : app.get_subcommands(nullptr)) {
    if (!commands.empty()) commands += ' ';
    commands += command->get_name();
    values += value_cases(*command);
    options += fmt::format("    {}) COMPREPLY=($(compgen -W '{}' -- \"$current\")) ;;\n",
                           command->get_name(), option_names(*command));
  }
  return fmt::format(kScript, fmt::arg("commands", commands), fmt::arg("values", values),
                     fmt::arg("options", options));
}

void add_completion(CLI::App& app, Selected& selected) {
  CLI::App& command = *app.add_subcommand("completion", "Print a completion script for a shell");
  auto shell = std::make_shared<std::string>();
  command.add_option("SHELL", *shell, "bash")->required()->check(one_of({"bash"}));
  command.footer("Example, in ~/.bashrc:\n  source <(tocsin completion bash)");
  command.callback([&app, &selected, shell] {  // which lives as long as the command
    selected.run = [&app](Console& console) {
      console.line(bash_completion(app));
      return kExitFine;
    };
  });
}

}  // namespace tocsin
