// What `tocsin check --cost` prints.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "rules-dsl/plan/cost.h"

namespace tocsin {

// TYPE=N/SPAN: so many records of the type for one key within the span. False when it is not that.
bool read_rate(const std::string& text, plan::CostRates& rates);

std::vector<std::string> cost_lines(const plan::PolicyCost& cost, const plan::CostRates& rates);
// One JSON object.
std::string cost_json(const plan::PolicyCost& cost, const plan::CostRates& rates);

}  // namespace tocsin
