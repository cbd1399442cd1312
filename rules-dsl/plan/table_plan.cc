#include "rules-dsl/plan/table_plan.h"

#include "rules-dsl/check/cells.h"

namespace tocsin::plan {
namespace {

// Keys of one table are of one kind, so their bytes tell them apart. `bytes` holds those of a
// number.
std::string_view key_bytes(const Value& key, int64_t& bytes) {
  if (key.kind() == ValueKind::kText) return key.text();
  bytes = key.integer();
  return {reinterpret_cast<const char*>(&bytes), sizeof bytes};
}

}  // namespace

const Value* TablePlan::find(Value key, size_t column) const {
  if (key.is_missing()) return nullptr;
  int64_t bytes = 0;
  const auto found = rows.find(key_bytes(key, bytes));
  return found == rows.end() ? nullptr : &columns[column][found->second];
}

TablePlan plan_table(const dsl::TableDecl& table, const Calendar& calendar) {
  TablePlan plan;
  plan.columns.resize(table.columns.size());
  for (uint32_t row = 0; row < table.rows.size(); ++row) {
    for (size_t column = 0; column < table.columns.size(); ++column) {
      const std::string& cell = table.rows[row][column];
      Value value;
      dsl::read_cell(cell, table.columns[column], calendar, value);
      if (value.kind() == ValueKind::kText) value = Value::of_text(plan.texts.emplace_back(cell));
      plan.columns[column].push_back(value);
      if (static_cast<int>(column) != table.key_column) continue;
      int64_t bytes = 0;
      const std::string_view key = key_bytes(value, bytes);
      plan.rows.emplace(plan.texts.emplace_back(key), row);
    }
  }
  return plan;
}

}  // namespace tocsin::plan
