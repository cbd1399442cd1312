// A checked table as the engine looks it up.
#pragma once

#include "rules-dsl/plan/program.h"

namespace tocsin::plan {

// Requires: check() found no error in it.
TablePlan plan_table(const dsl::TableDecl& table, const Calendar& calendar);

}  // namespace tocsin::plan
