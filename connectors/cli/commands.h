// Each command's options on the command line, bound to the struct that its code takes.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>

#include "connectors/cli/console.h"

namespace tocsin {

// What main is to do once the command line is understood.
struct Selected {
  std::function<ExitCode(Console&)> run;
};

// --kinds warning,grade,…
void add_kinds(CLI::App& command, std::vector<std::string>& kinds);

void add_check(CLI::App& app, Selected& selected);
void add_fmt(CLI::App& app, Selected& selected);
void add_test(CLI::App& app, Selected& selected);
void add_draw(CLI::App& app, Selected& selected);
void add_replay(CLI::App& app, Selected& selected);
void add_run(CLI::App& app, Selected& selected);
void add_feed(CLI::App& app, Selected& selected);
void add_tail(CLI::App& app, Selected& selected);
void add_rejects(CLI::App& app, Selected& selected);
void add_verify(CLI::App& app, Selected& selected);
void add_completion(CLI::App& app, Selected& selected);

}  // namespace tocsin
