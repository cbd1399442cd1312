// Random rules and lets as policy text.
#pragma once

#include <string>
#include <vector>

#include "tests/support/expression_writer.h"

namespace tocsin::testing {

// `let level_count = …` and so on, with what they may be used for.
struct WrittenLets {
  std::string text;
  std::vector<LetName> names;
};
WrittenLets write_lets(const Schema& schema, Choices choices);

// Scores, and what to call their values; and their grade changes as records.
struct WrittenScores : WrittenLets {
  std::vector<SchemaRecord> changes;
};
WrittenScores write_scores(const Schema& schema, const std::vector<LetName>& lets, Choices choices);

struct WrittenRule {
  std::string text;
  SchemaRecord warnings;  // as records that later rules may read
};
WrittenRule write_rule(const Schema& schema, const std::vector<LetName>& lets,
                       const std::string& name, Choices choices);

}  // namespace tocsin::testing
