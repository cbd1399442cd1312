// Inside the printer; nobody else includes this.
#pragma once

#include <string>
#include <string_view>

#include "rules-dsl/syntax/printer.h"

namespace tocsin::dsl {

// A text as it stands in a policy, with its quotes.
std::string quote(std::string_view text);
std::string print_literal(const LiteralValue& value);
// The inside of a `say` text, with its quotes.
std::string print_message(const Template& message);

std::string print_record(const RecordDecl& record);
std::string print_rule(const RuleDecl& rule);
std::string print_score(const ScoreDecl& score);
std::string print_sample(const SampleDecl& sample);
std::string print_test(const TestDecl& test);

}  // namespace tocsin::dsl
