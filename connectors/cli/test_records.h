// The records of a `test` block as the engine reads them.
#pragma once

#include <map>
#include <string>

#include "rules-dsl/syntax/ast.h"

namespace tocsin {

// Writes a test's records one by one, giving ids to those that have none: the type's first letter
// and the number of the record among the test's of that type.
class TestRecordWriter {
 public:
  // One JSON object without a line end, under the fields' own names (PlanOptions::canonical_names).
  std::string line(const dsl::TestRecord& record);

 private:
  std::string default_id(const std::string& type);

  std::map<std::string, int> counts_;
};

}  // namespace tocsin
