#include "tests/support/generators.h"

#include <algorithm>
#include <set>
#include <tuple>

#include "tests/support/policy_text.h"
#include "tests/support/rule_writer.h"

namespace tocsin::testing {
namespace {

constexpr int64_t kDayMicros = 86'400'000'000;

const std::vector<std::string> kTimesOfDay = {
    "", "", "", "T12:00:00", "T08:00:00", "T23:59:59.999999", "T02:30:00"};
const std::vector<std::string> kSubjects = {"A", "A", "A", "B",
                                            "x", "B", "y", "91350100M000100Y43"};
const std::vector<std::string> kIds = {"c1", "c2", "10", "9", "x", "y", "c3", "c4", "11"};

std::optional<std::string> value_of(const SchemaField& field, uint8_t choice) {
  const size_t missing = field.optional ? 1 : 0;
  if (choice == 0 && field.optional) return std::nullopt;
  return field.values[(choice - missing) % field.values.size()];
}

WrittenRecord write_record(const Schema& schema, const RecordSpec& spec) {
  const SchemaRecord& type = schema.records[spec.type % schema.records.size()];
  const int64_t first = Calendar::parse_date(schema.first_day).value();
  const std::string day = Calendar::format_date(first + schema.days[spec.day % schema.days.size()]);
  WrittenRecord record{.time = day + kTimesOfDay[spec.time_of_day % kTimesOfDay.size()],
                       .type = type.name,
                       .subject = kSubjects[spec.subject % kSubjects.size()],
                       .id = kIds[spec.id % kIds.size()],
                       .fields = {}};
  for (size_t i = 0; i < type.fields.size(); ++i) {
    const uint8_t choice = i < spec.values.size() ? spec.values[i] : 0;
    if (const auto value = value_of(type.fields[i], choice)) {
      record.fields.emplace_back(type.fields[i].name, *value);
    }
  }
  return record;
}

// Of two records with one identity the first stays.
void add_records(GeneratedCase& built, const Schema& schema, const std::vector<RecordSpec>& specs) {
  std::set<std::tuple<std::string, std::string, std::string>> identities;
  for (const RecordSpec& spec : specs) {
    const WrittenRecord written = write_record(schema, spec);
    if (!identities.emplace(written.type, written.subject, written.id).second) continue;
    built.records.push_back(read_record(built.policy, *built.calendar, written));
  }
}

std::optional<int64_t> until_of(const GeneratedCase& built, uint8_t choice) {
  if (built.records.empty() || choice % 4 == 0) return std::nullopt;
  int64_t last = built.records.front().time;
  for (const NaiveRecord& record : built.records) last = std::max(last, record.time);
  constexpr int64_t kDaysMore[] = {0, 1, 40, 800};
  return last + kDaysMore[choice % 4] * kDayMicros;
}

// A byte; RapidCheck's own would be small in small cases, and so always make the same decisions.
rc::Gen<uint8_t> byte() {
  return rc::gen::map(rc::gen::inRange(0, 256),
                      [](int value) { return static_cast<uint8_t>(value); });
}

rc::Gen<std::vector<uint8_t>> stream(int bytes_max) {
  return rc::gen::resize(bytes_max, rc::gen::container<std::vector<uint8_t>>(byte()));
}

rc::Gen<RecordSpec> record_spec() {
  return rc::gen::build<RecordSpec>(
      rc::gen::set(&RecordSpec::type, byte()), rc::gen::set(&RecordSpec::subject, byte()),
      rc::gen::set(&RecordSpec::id, byte()), rc::gen::set(&RecordSpec::day, byte()),
      rc::gen::set(&RecordSpec::time_of_day, byte()),
      rc::gen::set(&RecordSpec::values, rc::gen::container<std::vector<uint8_t>>(11, byte())));
}

rc::Gen<VariantSpec> variant_spec() {
  return rc::gen::build<VariantSpec>(rc::gen::set(&VariantSpec::decision, byte()),
                                     rc::gen::set(&VariantSpec::value, byte()));
}

std::vector<std::vector<uint8_t>> rule_streams(const CaseSpec& spec) {
  std::vector<std::vector<uint8_t>> streams = spec.rules;
  if (streams.empty() || streams.front().empty()) return streams;
  const std::vector<uint8_t> first = streams.front();
  for (const VariantSpec& variant : spec.variants) {
    streams.push_back(first);
    streams.back()[variant.decision % first.size()] = variant.value;
  }
  return streams;
}

// Adds the rules that the checker lets pass. Their names are not in the order of the text. Later
// rules may read the warnings of earlier ones.
void add_rules(GeneratedCase& built, Schema schema, const std::vector<LetName>& lets,
               const std::vector<std::vector<uint8_t>>& streams) {
  for (size_t i = 0; i < streams.size(); ++i) {
    const std::string name = std::string(i % 2 == 0 ? "s" : "r") + std::to_string(i);
    const WrittenRule rule = write_rule(schema, lets, name, Choices(streams[i]));
    const std::string refusal = check_policy_text(built.policy_text + rule.text).mistakes;
    if (refusal.empty()) {
      built.policy_text += rule.text;
      schema.records.push_back(rule.warnings);
    } else {
      built.refusals.push_back(refusal);
    }
  }
}

}  // namespace

GeneratedCase build_case(const CaseSpec& spec) {
  const Schema schema = make_schema(Choices(spec.schema));
  GeneratedCase built;
  built.policy_text = schema.text;
  std::vector<LetName> names;
  const auto add = [&](const WrittenLets& written) {
    const std::string mistakes = check_policy_text(built.policy_text + written.text).mistakes;
    if (!mistakes.empty()) {
      built.refusals.push_back(mistakes);
      return false;
    }
    built.policy_text += written.text;
    names.insert(names.end(), written.names.begin(), written.names.end());
    return true;
  };
  Schema read_by_rules = schema;
  add(write_lets(schema, Choices(spec.lets)));
  if (!spec.scores.empty()) {
    const WrittenScores scores = write_scores(schema, names, Choices(spec.scores));
    if (add(scores)) {
      auto& records = read_by_rules.records;
      records.insert(records.end(), scores.changes.begin(), scores.changes.end());
    }
  }
  add_rules(built, read_by_rules, names, rule_streams(spec));
  CheckedPolicy checked = check_policy_text(built.policy_text);
  if (!checked.mistakes.empty()) built.refusals.push_back(checked.mistakes);
  built.policy = std::move(checked.policy);
  built.calendar = Calendar::open(schema.timezone);
  add_records(built, schema, spec.records);
  built.until = until_of(built, spec.until);
  return built;
}

std::string to_ndjson(const GeneratedCase& built) {
  std::string lines;
  for (const NaiveRecord& record : built.records) {
    lines += to_json_line(built.policy, *built.calendar, record) + "\n";
  }
  return lines;
}

rc::Gen<CaseSpec> case_spec() {
  return rc::gen::build<CaseSpec>(
      rc::gen::set(&CaseSpec::schema, stream(100)), rc::gen::set(&CaseSpec::lets, stream(30)),
      rc::gen::set(&CaseSpec::scores, stream(40)),
      rc::gen::set(
          &CaseSpec::rules,
          rc::gen::resize(5, rc::gen::container<std::vector<std::vector<uint8_t>>>(stream(80)))),
      rc::gen::set(
          &CaseSpec::variants,
          rc::gen::resize(3, rc::gen::container<std::vector<VariantSpec>>(variant_spec()))),
      rc::gen::set(&CaseSpec::records,
                   rc::gen::resize(30, rc::gen::container<std::vector<RecordSpec>>(record_spec()))),
      rc::gen::set(&CaseSpec::until, byte()));
}

std::ostream& operator<<(std::ostream& out, const CaseSpec& spec) {
  const GeneratedCase built = build_case(spec);
  out << "\n" << built.policy_text << "\n" << to_ndjson(built);
  if (built.until) out << "until " << built.calendar->format_time(*built.until) << "\n";
  return out;
}

}  // namespace tocsin::testing
