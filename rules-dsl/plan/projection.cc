#include "rules-dsl/plan/projection.h"

#include <algorithm>
#include <iterator>
#include <numeric>
#include <set>

#include "rules-dsl/check/fields.h"

namespace tocsin::plan {

Projection::Projection(const dsl::Policy& policy, const Calendar& calendar, PlanOptions options)
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
      if (!record.time_always.empty()) type.time_always = calendar.parse_time(record.time_always);
    }
    types_.push_back(std::move(type));
  }
  find_private_columns();
  for (const dsl::RecordDecl& record : policy.records) {
    slots_.emplace_back(record.fields.size(), -1);
  }
}

// Those that a type declares as private, and those that another one does and this one does not
// know: such a value may well stand in a record by mistake.
void Projection::find_private_columns() {
  std::set<std::string> all;
  for (const dsl::RecordDecl& record : policy_.records) {
    if (record.origin != dsl::Origin::kDeclared) continue;  // nobody sends it
    for (const dsl::FieldDecl& field : record.fields) {
      if (field.type.is_private) all.insert(column_of(field));
    }
  }
  if (all.empty()) return;
  for (size_t record = 0; record < policy_.records.size(); ++record) {
    if (policy_.records[record].origin != dsl::Origin::kDeclared) continue;
    TypePlan& plan = types_[order_[record]];
    std::set<std::string> read = {"type", "version", "moved_from", plan.subject_from,
                                  plan.time_from};
    read.insert(plan.id_from.begin(), plan.id_from.end());
    for (const dsl::FieldDecl& field : policy_.records[record].fields) {
      if (!field.type.is_private) read.insert(column_of(field));
    }
    std::set_difference(all.begin(), all.end(), read.begin(), read.end(),
                        std::back_inserter(plan.private_columns));
  }
}

const std::string& Projection::column_of(const dsl::FieldDecl& field) const {
  return options_.canonical_names || field.from.empty() ? field.name.text : field.from;
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
  used.from = column_of(declared);
  used.format = options_.canonical_names ? "" : declared.format;
  used.type = declared.type;
  used.optional = declared.optional;
  used.strict = policy_.subject == dsl::SubjectKind::kUsccStrict;
  return static_cast<uint16_t>(slot);
}

int Projection::slot_named(int record_type, const std::string& field) {
  const int found = dsl::find_field(policy_.records[static_cast<size_t>(record_type)], field);
  return found < 0 ? -1 : slot(record_type, found);
}

}  // namespace tocsin::plan
