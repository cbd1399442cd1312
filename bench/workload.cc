#include "bench/workload.h"

#include <fmt/format.h>

#include <array>
#include <chrono>
#include <cmath>
#include <iterator>
#include <string_view>
#include <vector>

#include "examples/simulator/random.h"

namespace tocsin::bench {
namespace {

using simulator::Random;

constexpr std::array<std::string_view, 8> kTypes{"penalty",  "inspection", "complaint",
                                                 "judgment", "commitment", "fulfilment",
                                                 "licence",  "reading"};
constexpr std::array<std::string_view, 3> kSeverities{"minor", "serious", "grave"};
constexpr std::array<std::string_view, 6> kSources{"market-bureau",  "tax-office",
                                                   "court-registry", "customs-desk",
                                                   "env-monitor",    "labour-inspect"};
constexpr std::array<std::string_view, 8> kNotes{
    "未按规定公示年度报告信息", "责令改正逾期罚款", "产品质量不合格", "投诉举报处理结果",
    "列入经营异常名录",         "承诺履行情况核查", "监测数据超标",   "安全生产隐患整改通知"};
constexpr int64_t kMicrosPerDay = 86'400'000'000;
constexpr int64_t kSpanMicros = 180 * kMicrosPerDay;

std::string_view severity(Random& random) {
  const double draw = random.fraction();
  return kSeverities[draw < 0.70 ? 0 : draw < 0.93 ? 1 : 2];
}

std::string region(Random& random) {
  static constexpr std::array kProvinces{11, 12, 31, 32, 33, 37, 42, 44, 50, 51};
  const int province = random.pick(kProvinces);
  return fmt::format("{:02}{:02}{:02}", province, random.between(1, 3), random.between(1, 10));
}

// Few are large: a log-normal distribution with the median at about 4,000.
double amount(Random& random) {
  const double radius = std::sqrt(-2 * std::log(1 - random.fraction()));
  return std::exp(8.3 + 1.6 * radius * std::cos(6.283185307179586 * random.fraction()));
}

std::string format_time(int64_t micros) {
  using namespace std::chrono;
  const sys_days day = sys_days{2025y / January / 1} + days(micros / kMicrosPerDay);
  const year_month_day date(day);
  const int64_t ms = micros % kMicrosPerDay / 1000;
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     ms / 3'600'000, ms / 60'000 % 60, ms / 1000 % 60, ms % 1000);
}

// The subject's name begins with the region where it sits.
struct Subject {
  std::string home;
  std::string code;
};

std::vector<Subject> make_subjects(size_t count, Random& random) {
  std::vector<Subject> subjects;
  for (size_t i = 0; i < count; ++i) {
    std::string home = region(random);
    std::string code = fmt::format("91{}{:010X}", home, random.below(uint64_t{1} << 40));
    subjects.push_back({std::move(home), std::move(code)});
  }
  return subjects;
}

std::string filter_rule(size_t number, Random& random) {
  return fmt::format(
      "rule filter_{} {{ on {} r where r.amount >= {:.2f} and r.severity == {} level blue say "
      "\"{{r.amount}}\" }}\n",
      number, random.pick(kTypes), 50'000 + 1'000 * static_cast<double>(random.below(500)),
      severity(random));
}

std::string window_rule(size_t number, Random& random) {
  const std::string_view type = random.pick(kTypes);
  const std::string where =
      random.chance(0.5) ? "severity >= serious" : fmt::format("region == \"{}\"", region(random));
  const int days = random.chance(0.5) ? 30 : 90;
  static constexpr std::array kCounts{3, 5, 8, 12, 20, 40};
  static constexpr std::array kSums{200'000, 500'000, 1'000'000, 3'000'000};
  if (random.chance(0.67)) {
    return fmt::format(
        "rule window_{} {{ while count({} where {} over {}d) >= {} level yellow }}\n", number, type,
        where, days, random.pick(kCounts));
  }
  return fmt::format(
      "rule window_{} {{ while sum(amount of {} where {} over {}d) >= {} level yellow }}\n", number,
      type, where, days, random.pick(kSums));
}

std::string sequence_rule(size_t number, Random& random) {
  const size_t first = random.below(kTypes.size());
  const size_t second = (first + 1 + random.below(kTypes.size() - 1)) % kTypes.size();
  return fmt::format(
      "rule sequence_{} {{ on each {} a where a.region == \"{}\" then {} b within 30d where "
      "b.region != a.region "
      "level orange say \"{{a.region}} {{b.region}}\" }}\n",
      number, kTypes[first], region(random), kTypes[second]);
}

}  // namespace

std::string make_records(const Workload& workload) {
  Random random(workload.seed);
  const std::vector<Subject> subjects = make_subjects(workload.subjects, random);
  const simulator::Zipf activity(subjects.size(), simulator::Skew::kStrong);
  const int64_t step = kSpanMicros / static_cast<int64_t>(workload.records);
  std::string out;
  out.reserve(workload.records * 280);
  for (size_t i = 0; i < workload.records; ++i) {
    const Subject& subject = subjects[activity.draw(random)];
    const int64_t micros = static_cast<int64_t>(i) * step + random.between(0, step - 1);
    fmt::format_to(
        std::back_inserter(out),
        R"({{"id":"R{:010}","type":"{}","subject":"{}","time":"{}","region":"{}",)"
        R"("industry":"C{:02}","amount":{:.2f},"severity":"{}","source":"{}","note":"{}，{}"}})"
        "\n",
        i, random.pick(kTypes), subject.code, format_time(micros),
        random.chance(0.7) ? subject.home : region(random), random.between(13, 43), amount(random),
        severity(random), random.pick(kSources), random.pick(kNotes), random.pick(kNotes));
  }
  return out;
}

std::string make_policy(size_t rules, uint64_t seed) {
  Random random(seed);
  std::string out = "policy \"bench\" { timezone \"UTC\" }\n";
  for (const std::string_view type : kTypes) {
    out += fmt::format(
        "record {} {{ region text  amount decimal  severity one of minor < serious < grave }}\n",
        type);
  }
  for (size_t i = 0; i < rules; ++i) {
    out += i % 3 == 0   ? filter_rule(i, random)
           : i % 3 == 1 ? window_rule(i, random)
                        : sequence_rule(i, random);
  }
  return out;
}

}  // namespace tocsin::bench
