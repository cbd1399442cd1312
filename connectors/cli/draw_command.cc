#include "connectors/cli/draw_command.h"

#include <fmt/format.h>

#include <fstream>
#include <iostream>

#include "connectors/cli/draw_check.h"
#include "connectors/cli/policy_report.h"
#include "rules-dsl/plan/program.h"
#include "rules-dsl/value/draw.h"
#include "rules-dsl/value/text.h"

namespace tocsin {
namespace {

using Samples = std::map<std::string, SampleRules>;

Samples samples_of(const dsl::Policy& policy) {
  Samples samples;
  for (const dsl::SampleDecl& sample : policy.samples) {
    SampleRules& rules = samples[sample.name.text];
    rules.seed = sample.seed;
    rules.every = plan::period_of(sample.every);
    rules.for_all = sample.where == nullptr;
    if (sample.score) rules.score = sample.score->text;
    for (const dsl::SampleRate& rate : sample.rates) rules.rates[rate.grade.text] = rate.rate;
  }
  return samples;
}

// "A=1%" or "5%": adds the rate; false when it is neither.
bool add_rate(const std::string& written, SampleRules& rules) {
  const size_t equals = written.find('=');
  const std::string grade = equals == std::string::npos ? "" : written.substr(0, equals);
  std::string_view number = written;
  if (equals != std::string::npos) number.remove_prefix(equals + 1);
  if (!number.ends_with('%')) return false;
  number.remove_suffix(1);
  const std::optional<int64_t> rate = parse_decimal(number);  // with 4 places: millionths
  if (!rate || *rate < 0 || *rate > kWholeRate) return false;
  rules.rates[grade] = *rate;
  return true;
}

// Each line, without its end, goes to `take`; false when the file cannot be read.
template <class Take>
bool for_each_line(const std::string& path, const Take& take) {
  std::ifstream file;
  if (path != "-") file.open(path);
  std::istream& in = path == "-" ? std::cin : file;
  if (!in) return false;
  for (std::string line; std::getline(in, line);) {
    if (line.ends_with('\r')) line.pop_back();
    if (!line.empty()) take(line);
  }
  return true;
}

Error unreadable(const std::string& path) {
  return {ErrorKind::kInput, path + " cannot be read", "name a file, or - for standard input"};
}

ExitCode judge(const DrawCheck& check, Console& console) {
  const std::vector<std::string> mistakes = check.mistakes();
  if (check.draws() == 0 && mistakes.empty()) {
    return console.fail({ErrorKind::kInput, "no draw was found, so none was repeated",
                         "give it what tocsin tail --json --kinds draw,assessment prints, and "
                         "check the sample's name"});
  }
  for (const std::string& mistake : mistakes) console.line(mistake);
  console.line(fmt::format("{} of {} repeated: {}", counted(check.draws(), "draw"),
                           counted(check.periods(), "period"),
                           mistakes.empty() ? "honest" : counted(mistakes.size(), "mistake")));
  return mistakes.empty() ? kExitFine : kExitInput;
}

ExitCode repeat(const DrawOptions& options, DrawCheck check, Console& console) {
  if (!options.subjects.empty()) {
    std::set<std::string> subjects;
    const auto take = [&](const std::string& line) { subjects.insert(line); };
    if (!for_each_line(options.subjects, take)) return console.fail(unreadable(options.subjects));
    check.set_participants(std::move(subjects));
  }
  size_t strange = 0;
  for (const std::string& path : options.files) {
    const auto take = [&](const std::string& line) { strange += check.take(line) ? 0 : 1; };
    if (!for_each_line(path, take)) return console.fail(unreadable(path));
  }
  if (strange > 0) {
    return console.fail({ErrorKind::kInput, counted(strange, "line") + " of no message",
                         "give it what tocsin tail --json --kinds draw,assessment prints"});
  }
  return judge(check, console);
}

}  // namespace

ExitCode run_draw(const DrawOptions& options, Console& console) {
  if (!options.policy.empty()) {
    const UsablePolicy policy = load_or_report(options.policy, console);
    if (!policy) return policy.exit;
    DrawCheck check(samples_of(policy.loaded->compiled.policy), policy.program().calendar);
    return repeat(options, std::move(check), console);
  }
  if (options.sample.empty() || options.seed.empty() || options.rates.empty()) {
    return console.usage("how the sample is drawn is not known",
                         "give --policy, or --sample, --seed and --rate");
  }
  SampleRules rules;
  rules.seed = options.seed;
  rules.score = options.score;
  for (const std::string& rate : options.rates) {
    if (add_rate(rate, rules)) continue;
    return console.usage("--rate " + rate + " is no rate", "write --rate 5%, or --rate A=1%");
  }
  return repeat(options, DrawCheck({{options.sample, rules}}, nullptr), console);
}

}  // namespace tocsin
