// Warnings as JSON: the line for subscribers (engine.md 5) and the line of the net result
// (language.md 11).
#pragma once

#include <memory>
#include <string>

#include "engine/record/batch.h"
#include "engine/state/change.h"
#include "rules-dsl/plan/program.h"

namespace tocsin {

// `emitted` is a wall-clock time in microseconds.
std::shared_ptr<const Message> make_message(const Change& change, const plan::Program& program,
                                            uint64_t seq, int64_t emitted);

std::string net_line(const Warning& warning, std::string_view key, const plan::Program& program);

std::string_view name_of(Event event);
std::string_view name_of(Reason reason);

}  // namespace tocsin
