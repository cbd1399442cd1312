// Which fields of which record types the policy uses, and the slots they get.
#pragma once

#include <vector>

#include "rules-dsl/plan/plan.h"

namespace tocsin::plan {

class Projection {
 public:
  // Types are renumbered in the order of their names.
  Projection(const dsl::Policy& policy, const Calendar& calendar, PlanOptions options);

  uint16_t type(int record_type) const { return order_[static_cast<size_t>(record_type)]; }
  size_t size() const { return types_.size(); }
  // The slot of a declared field, taken into the projection on first use.
  uint16_t slot(int record_type, int field);
  // The same by name; -1 when the record has no such field.
  int slot_named(int record_type, const std::string& field);

  std::vector<TypePlan> take() { return std::move(types_); }

 private:
  void find_private_columns();
  const std::string& column_of(const dsl::FieldDecl& field) const;

  const dsl::Policy& policy_;
  PlanOptions options_;
  std::vector<uint16_t> order_;  // record type of the tree -> of the program
  std::vector<TypePlan> types_;
  std::vector<std::vector<int>> slots_;  // by record type of the tree and field; -1: not used yet
};

}  // namespace tocsin::plan
