// Why a rule gave no warning in a test.
//
// Parts of its condition or pattern are run as rules of their own over the same records: which
// clauses were never true, how near a count came, how far a sequence got.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "connectors/cli/net_warning.h"
#include "rules-dsl/plan/program.h"
#include "rules-dsl/syntax/ast.h"
#include "rules-dsl/value/calendar.h"

namespace tocsin {

struct Silence {
  const dsl::RuleDecl& rule;
  const std::string& policy_text;       // canonical, without tests
  const dsl::Expectation& expectation;  // whose subject alone counts, if it names one
  const Calendar& calendar;
  // The test's warnings under another program; nothing when it cannot be run.
  std::function<std::vector<NetWarning>(std::shared_ptr<const plan::Program>)> run;
};

// One line for each clause; empty when nothing is to be said.
std::vector<std::string> explain(const Silence& silence);

}  // namespace tocsin
