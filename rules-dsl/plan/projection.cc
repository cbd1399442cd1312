#include "rules-dsl/plan/projection.h"

#include <algorithm>
#include <numeric>

#include "rules-dsl/check/fields.h"

namespace tocsin::plan {

Projection::Projection(const dsl::Policy& policy, PlanOptions options)
    : policy_(policy), options_(options), order_(policy.records.size()) {
  std::vector<size_t> by_name(policy.records.size());
  std::iota(by_name.begin(), by_name.end(), size_t{0});
  std::sort(by_name.begin(), by_name.end(), [&](size_t a, size_t b) {
    return policy.records[a].name.text < policy.records[b].name.text;
  });
  for (size_t position = 0; position < by_name.size(); ++position) {
    const dsl::RecordDecl& record = policy.records[by_name[position]];
    order_[by_name[position]] = static_cast<uint16_t>(position);
    TypePlan type;
    type.origin = record.origin;
    type.name = record.name.text;
    type.title = record.title;
    if (options.canonical_names) {
      type.id_from = {"id"};
      type.subject_from = "subject";
      type.time_from = "time";
    } else {
      type.id_from = record.id_from;
      type.subject_from = record.subject_from;
      type.time_from = record.time_from;
      type.time_format = record.time_format;
    }
    types_.push_back(std::move(type));
  }
  for (const dsl::RecordDecl& record : policy.records) {
    slots_.emplace_back(record.fields.size(), -1);
  }
}

uint16_t Projection::slot(int record_type, int field) {
  int& slot = slots_[static_cast<size_t>(record_type)][static_cast<size_t>(field)];
  if (slot >= 0) return static_cast<uint16_t>(slot);
  const dsl::FieldDecl& declared =
      policy_.records[static_cast<size_t>(record_type)].fields[static_cast<size_t>(field)];
  TypePlan& plan = types_[type(record_type)];
  slot = static_cast<int>(plan.fields.size());
  FieldPlan& used = plan.fields.emplace_back();
  used.name = declared.name.text;
  used.from =
      options_.canonical_names || declared.from.empty() ? declared.name.text : declared.from;
  used.format = options_.canonical_names ? "" : declared.format;
  used.type = declared.type;
  used.optional = declared.optional;
  return static_cast<uint16_t>(slot);
}

int Projection::slot_named(int record_type, const std::string& field) {
  const int found = dsl::find_field(policy_.records[static_cast<size_t>(record_type)], field);
  return found < 0 ? -1 : slot(record_type, found);
}

}  // namespace tocsin::plan
