#include "tests/support/schema.h"

#include <algorithm>

#include "rules-dsl/value/calendar.h"

namespace tocsin::testing {
namespace {

const std::vector<SchemaField>& all_fields() {
  static const std::vector<SchemaField> fields = {
      {"n",
       FieldKind::kInt,
       "int",
       {"0", "1", "2", "3", "-1", "2", "9223372036854775807"},
       {"1", "0", "2", "3", "-1"}},
      {"note",
       FieldKind::kText,
       "text",
       {"x", "y", "xy", "A", "B", "爆炸X", "c1", "", "x|", "\\x"},
       {"\"x\"", "\"y\"", "\"A\"", "\"爆炸X\""}},
      {"grade",
       FieldKind::kOrdered,
       "one of low < mid < high",
       {"low", "mid", "high"},
       {"mid", "low", "high"}},
      {"place",
       FieldKind::kRegion,
       "region",
       {"330106", "330102", "310101"},
       {"\"330106\"", "\"310101\""}},
      {"amount",
       FieldKind::kDecimal,
       "decimal",
       {"0", "1", "0.5", "2.5", "-1", "1.0001", "0.0001", "900000000000000"},
       {"1", "0.5", "2.5", "0.0001", "-1", "1000"}},
      {"ok", FieldKind::kBool, "bool", {"true", "false"}, {"true", "false"}},
      {"colour",
       FieldKind::kPlain,
       "one of p, q, \"r s\"",
       {"p", "q", "r s"},
       {"p", "q", "\"r s\""}},
      {"due",
       FieldKind::kDate,
       "date",
       {"2025-01-31", "2025-02-28", "2025-03-01", "2025-01-01", "2025-03-30", "2025-02-01"},
       {"\"2025-02-28\"", "\"2025-01-31\"", "\"2025-03-30\""}},
      {"ratio",
       FieldKind::kFloat,
       "float",
       {"0.5", "0.1", "0.7", "2", "1e16", "-1e16", "0.50000001"},
       {"0.5", "0.1", "2", "0.12345"}},
      {"branch",
       FieldKind::kIndustry,
       "industry",
       {"C13", "C1311", "A01"},
       {"\"C1311\"", "\"A01\""}},
      {"stop",
       FieldKind::kTime,
       "time",
       {"2025-02-01", "2025-02-01T08:00:00", "2025-03-30T02:30:00", "2025-01-29",
        "2025-02-28T12:00:00", "2025-02-01T08:00:00.000001"},
       {"\"2025-02-01\"", "\"2025-02-28T12:00:00\""}},
  };
  return fields;
}

// How many of all_fields() each type has; the first ones are everywhere, so rules can group by
// them, and others where the profile has them.
struct Shape {
  const char* name;
  size_t fields;
};
constexpr Shape kShapes[] = {{"alpha", 11}, {"beta", 8}, {"delta", 2}};

struct Grid {
  std::vector<int> days;  // since January 29th
  std::vector<std::string> spans;
};

const std::vector<Grid>& grids() {
  static const std::vector<Grid> grids = {
      // A few days.
      {{0, 1, 2, 3, 4}, {"1d", "2d", "3d", "12h", "36h", "1mo", "500ms", "1w"}},
      // Ends of months, where calendar spans are clamped and cross each other.
      {{0, 1, 2, 30, 31, -29, -30, 59, 61}, {"1mo", "30d", "29d", "2mo", "1mo", "1d", "1y"}},
      // Europe's change of clocks.
      {{59, 60, 61, 30, 31}, {"1d", "24h", "1mo", "2d", "90m", "30d"}},
      // Everything.
      {{0, 1, 2, 3, 30, 31, 59, 60, 61, 4, 10, 32, -29, -30},
       {"1d", "2d", "3d", "1mo", "12h", "30d", "1w", "2mo", "10d", "1y", "36h", "29d", "90m",
        "500ms"}},
  };
  return grids;
}

// A calendar over a part of the time of the records, and spans that count in it.
std::string declare_workdays(Schema& schema, Choices& choices) {
  schema.has_workdays = choices.one_in(2);
  if (!schema.has_workdays) return "";
  static const std::vector<std::string> kWeeks = {"1111100", "1111100", "0110011",
                                                  "1010101", "0000000", "1111111"};
  const int64_t first = Calendar::parse_date(schema.first_day).value() - 31 + choices.among(8);
  std::string days;
  for (size_t weeks = 0; weeks < 11; ++weeks) days += choices.of(kWeeks);
  schema.spans.insert(schema.spans.begin() + 1, {"1 workdays", "3 workdays"});
  schema.spans.push_back("7 workdays");
  return "  workdays " + Calendar::format_date(first) + " \"" + days + "1\"\n";
}

std::string declare_subjects(Schema& schema, Choices& choices) {
  schema.checks_subjects = choices.one_in(4);
  return schema.checks_subjects ? "  subject uscc\n" : "";
}

// Keys that records may have, and cells that are missing.
std::string declare_tables(Schema& schema, Choices& choices) {
  schema.has_tables = choices.one_in(2);
  if (!schema.has_tables) return "";
  return "table words key word {\n  word text, label text optional, weight decimal optional,\n"
         "  rank one of low < mid < high optional\n  since date optional\n} rows {\n"
         "  \"x\", \"y\", 2.5, mid, 2025-02-28;\n  \"A\", \"x\", -1, high, \"\";\n"
         "  \"330106\", \"330106\", \"\", low, 2025-01-31;\n  \"y\", \"\", 0.5, \"\", \"\"\n}\n"
         "table steps key n { n int, next int optional, ok bool optional } rows {\n"
         "  1, 2, true; 2, 3, false; -1, \"\", true; 3, 1, \"\" }\n";
}

// What an ending record `z` and the record itself must have in common. The last ones speak of
// fields that not all types have.
constexpr size_t kEverywhere = 6;
const std::vector<std::string>& end_conditions() {
  static const std::vector<std::string> conditions = {
      " where z.n == n",
      " where z.note == note",
      "",
      " where z.n == n and z.note == note and z.time > time",
      " where z.time > time",
      " where z.n > n or z.id == id",
      " where z.grade >= grade and z.place != place",
      " where z.n == n and z.grade == grade and z.time > time",
  };
  return conditions;
}

std::string end_by_record(const SchemaRecord& record, const SchemaRecord& ending,
                          Choices& choices) {
  const bool all = record.fields.size() > kEverywhere && ending.fields.size() > kEverywhere;
  const std::string& where =
      end_conditions()[choices.among(all ? end_conditions().size() : kEverywhere)];
  return "  until " + ending.name + " z" + where + "\n";
}

std::string declare_end(const Schema& schema, SchemaRecord& record, Choices& choices) {
  switch (choices.among(4)) {
    case 0:
      return end_by_record(record, choices.of(schema.records), choices);
    case 1:
      return "  until " + choices.of(schema.spans) + "\n";
    case 2:
      if (record.fields.size() > 7) return "  until due\n";
      return "  until (time)\n";
    default:
      if (record.fields.size() > 10) return "  until stop ?? time\n";
      return "  until " + choices.of(schema.spans) + "\n";
  }
}

std::string declare_lifetime(const Schema& schema, SchemaRecord& record, Choices& choices) {
  std::string text;
  const size_t ends = choices.of<size_t>({0, 1, 1, 2});
  for (size_t i = 0; i < ends; ++i) text += declare_end(schema, record, choices);
  if (!record.has_deadline && choices.one_in(2)) {
    record.has_deadline = true;
    text += "  due " + choices.of<std::string>({choices.of(schema.spans), "(time)"}) + "\n";
  }
  return text;
}

// Without the closing brace.
std::string declare(const SchemaRecord& record, Choices& choices) {
  std::string text = "record " + record.name + " {\n";
  const bool renamed = choices.one_in(3);
  if (renamed) text += "  subject from \"who\"\n  time from \"when\"\n  id from \"no.\"\n";
  for (const SchemaField& field : record.fields) {
    text += "  " + field.name + " " + field.type + (field.optional ? " optional" : "");
    text += (renamed ? " from \"the " + field.name + "\"" : "") + "\n";
  }
  return text;
}

void declare_profile(Schema& schema, Choices& choices) {
  schema.text += "profile {\n";
  for (const char* name : {"note", "n", "place", "grade", "due"}) {
    const size_t sources = choices.among(4);
    if (sources == 0) continue;
    const auto field = std::find_if(all_fields().begin(), all_fields().end(),
                                    [&](const SchemaField& f) { return f.name == name; });
    bool any = false;
    for (size_t record = 0; record < schema.records.size(); ++record) {
      const bool listed = record < sources && schema.has_field(record, name);
      if (!listed) continue;
      schema.text += "  " + std::string(name) + " from " + schema.records[record].name + "\n";
      any = true;
    }
    if (any) schema.profile.push_back({name, field->kind});
  }
  schema.text += "}\n";
}

// Subjects and the values of `note` have some names in common.
void declare_links(Schema& schema, Choices& choices) {
  const size_t links = 1 + choices.among(2);
  for (size_t i = 0; i < links; ++i) {
    const std::string name = i == 0 ? "near" : "kin";
    std::string edges;
    for (const SchemaRecord& record : schema.records) {
      const size_t kind = choices.among(6);
      if (kind == 5 && !edges.empty()) continue;
      edges += "  " + record.name;
      if (kind == 4) edges += " where n >= 1";
      const bool has_place = schema.has_field(&record - schema.records.data(), "place");
      edges += kind == 2                ? ": id -- note\n"
               : kind == 3 && has_place ? ": place -- subject\n"
                                        : ": subject -- note\n";
    }
    if (edges.empty()) continue;
    schema.text += "link " + name + " {\n" + edges + "}\n";
    schema.links.push_back(name);
  }
}

}  // namespace

bool Schema::has_field(size_t record, const std::string& field) const {
  const auto& fields = records[record].fields;
  return std::any_of(fields.begin(), fields.end(),
                     [&](const SchemaField& f) { return f.name == field; });
}

SchemaField derived_field(const std::string& name, FieldKind kind) {
  return {.name = name, .kind = kind, .type = {}, .values = {}, .literals = {}};
}

bool Schema::has_key(size_t record, const std::string& part) const {
  const auto named = [&](const ProfileName& field) { return field.name == part; };
  return has_field(record, part) || std::any_of(profile.begin(), profile.end(), named);
}

bool Schema::has_keys(size_t record, const std::vector<ProfileName>& parts) const {
  return std::all_of(parts.begin(), parts.end(),
                     [&](const ProfileName& part) { return has_key(record, part.name); });
}

const std::vector<std::string>& literals_of(FieldKind kind) {
  static const std::vector<std::string> levels = {"blue", "red", "orange"};
  if (kind == FieldKind::kLevel) return levels;
  const auto field = std::find_if(all_fields().begin(), all_fields().end(),
                                  [&](const SchemaField& f) { return f.kind == kind; });
  return field->literals;
}

Schema make_schema(Choices choices) {
  Schema schema;
  schema.timezone = choices.of<std::string>({"UTC", "Europe/Berlin", "Asia/Shanghai"});
  schema.first_day = choices.of<std::string>({"2025-01-29", "2025-01-29", "2024-01-29"});
  const Grid& grid = choices.of(grids());
  schema.days = grid.days;
  schema.spans = grid.spans;
  schema.text = "policy \"generated\" {\n  timezone \"" + schema.timezone + "\"\n" +
                choices.of<std::string>({"", "  levels red < blue < orange\n"}) +
                declare_workdays(schema, choices) + declare_subjects(schema, choices) + "}\n" +
                declare_tables(schema, choices);
  const bool private_note = choices.one_in(6);
  for (const Shape& shape : kShapes) {
    SchemaRecord record{shape.name, {all_fields().begin(), all_fields().begin() + shape.fields}};
    for (SchemaField& field : record.fields) {
      field.optional = !choices.one_in(4);
      // The same everywhere: rules group by it, and the profile takes it from several records.
      if (!private_note || field.name != "note") continue;
      field.type += " private";
      std::erase(field.values, "");  // names nobody, so a field that must be there cannot be it
    }
    schema.records.push_back(std::move(record));
  }
  std::rotate(schema.records.begin(), schema.records.begin() + choices.among(3),
              schema.records.end());  // the order of declaration means nothing
  const bool lifetimes = choices.one_in(2);
  for (SchemaRecord& record : schema.records) {
    record.has_deadline = schema.has_field(&record - schema.records.data(), "due");
    schema.text += declare(record, choices);
    if (lifetimes) schema.text += declare_lifetime(schema, record, choices);
    schema.text += "}\n";
  }
  declare_profile(schema, choices);
  declare_links(schema, choices);
  return schema;
}

}  // namespace tocsin::testing
