#include "examples/simulator/stream.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <string_view>
#include <utility>

#include "examples/simulator/company.h"
#include "examples/simulator/random.h"

namespace tocsin::simulator {
namespace {

constexpr int64_t kSecondsPerDay = 86'400;
constexpr int64_t kOpeningDays = 60;  // every company of the beginning registers in these
constexpr int64_t kFirstSecond = 1'672'502'400;  // 2023-01-01T00:00:00+08:00

struct Arrival {
  int64_t second = 0;
  std::string line;
};

std::string_view weighted(Random& random, std::string_view common, std::string_view rarer,
                          std::string_view rarest) {
  const double draw = random.fraction();
  return draw < 0.75 ? common : draw < 0.95 ? rarer : rarest;
}

// Local time, as an office in China would write it.
std::string format_time(int64_t second) {
  using namespace std::chrono;
  const sys_seconds local{seconds(second + 8 * 3600)};
  const auto day = floor<days>(local);
  const year_month_day date(day);
  const hh_mm_ss clock(local - day);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}+08:00", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count());
}

class StreamMaker {
 public:
  explicit StreamMaker(const StreamOptions& options) : options_(options), random_(options.seed) {}

  std::vector<std::string> make() {
    open_companies();
    const Zipf activity(companies_.size(), Skew::kMild);
    while (arrivals_.size() < options_.records) happen(activity.draw(random_));
    std::stable_sort(arrivals_.begin(), arrivals_.end(),
                     [](const Arrival& a, const Arrival& b) { return a.second < b.second; });
    std::vector<std::string> lines;
    lines.reserve(arrivals_.size());
    for (Arrival& arrival : arrivals_) lines.push_back(std::move(arrival.line));
    return lines;
  }

 private:
  void open_companies() {
    const size_t count =
        options_.companies != 0 ? options_.companies : std::max<size_t>(10, options_.records / 25);
    for (size_t i = 0; i < count; ++i) {
      companies_.push_back(make_company(random_));
      registration(companies_.back(), moment(0, kOpeningDays));
    }
  }

  // One thing that happens to one company, and what follows from it.
  void happen(size_t index) {
    const Company& company = companies_[index];
    const int64_t second = moment(kOpeningDays, options_.days);
    const double draw = random_.fraction();
    if (draw < 0.42) {
      inspection(company, second);
    } else if (draw < 0.72) {
      complaint(company, second);
    } else if (draw < 0.80) {
      penalty(company, second, place(company));
    } else if (draw < 0.985) {
      commitment(company, second);
    } else {
      revocation(company, second);
    }
  }

  void registration(const Company& company, int64_t second) {
    send("registration", company, second,
         fmt::format(R"("name":"{}","industry":"{}","region":"{}","controller":"{}")", company.name,
                     company.industry, company.region, company.controller));
  }

  void inspection(const Company& company, int64_t second) {
    const std::string region = place(company);
    const std::string_view result = weighted(random_, "pass", "minor", "serious");
    send("inspection", company, second,
         fmt::format(R"("region":"{}","result":"{}")", region, result));
    if (result == "serious" && random_.chance(0.8)) {
      penalty(company, second + random_.between(2, 30) * kSecondsPerDay, region);
    }
  }

  void penalty(const Company& company, int64_t second, const std::string& region) {
    const int64_t yuan = random_.between(1, 40) * random_.between(1, 40) * 100;
    send("penalty", company, second,
         fmt::format(R"("region":"{}","severity":"{}","amount":{}.00)", region,
                     weighted(random_, "minor", "serious", "grave"), yuan));
  }

  void complaint(const Company& company, int64_t second) {
    static constexpr std::array<std::string_view, 4> kTopics{"quality", "service", "price",
                                                             "safety"};
    send("complaint", company, second,
         fmt::format(R"("region":"{}","topic":"{}")", place(company), random_.pick(kTopics)));
  }

  void commitment(const Company& company, int64_t second) {
    const int64_t due = second + random_.between(10, 60) * kSecondsPerDay;
    const std::string id = send(
        "commitment", company, second,
        fmt::format(R"("matter":"{}","due":"{}")", random_.chance(0.5) ? "限期整改" : "补正材料",
                    format_time(due).substr(0, 10)));
    if (random_.chance(0.92)) {
      const int64_t done =
          second + random_.between(1, (due - second) / kSecondsPerDay) * kSecondsPerDay;
      send("fulfilment", company, done, fmt::format(R"("commitment":"{}")", id));
    }
  }

  void revocation(const Company& company, int64_t second) {
    send("revocation", company, second,
         fmt::format(R"("region":"{}","controller":"{}")", company.region, company.controller));
    if (random_.chance(0.3)) {
      registration(make_successor(company, random_),
                   second + random_.between(20, 400) * kSecondsPerDay);
    }
  }

  // Puts a record on its way, perhaps late, perhaps twice, and returns its id.
  std::string send(std::string_view type, const Company& company, int64_t second,
                   std::string_view fields) {
    std::string id = fmt::format("{}{:07}", type.substr(0, 3), ++last_id_);
    Arrival arrival{second, fmt::format(R"({{"type":"{}","id":"{}","subject":"{}","time":"{}",{}}})"
                                        "\n",
                                        type, id, company.code, format_time(second), fields)};
    if (random_.chance(options_.late_share)) {
      arrival.second += random_.between(1, 20) * kSecondsPerDay;
    }
    if (random_.chance(options_.twice_share)) {
      Arrival again = arrival;
      again.second += random_.between(60, 3 * kSecondsPerDay);
      arrivals_.push_back(std::move(again));
    }
    arrivals_.push_back(std::move(arrival));
    return id;
  }

  int64_t moment(int64_t first_day, int64_t end_day) {
    return kFirstSecond + random_.between(first_day * kSecondsPerDay, end_day * kSecondsPerDay - 1);
  }

  // Most things happen where the company sits.
  std::string place(const Company& company) {
    return random_.chance(0.8) ? company.region : draw_region(random_);
  }

  const StreamOptions options_;
  Random random_;
  std::vector<Company> companies_;
  std::vector<Arrival> arrivals_;
  uint64_t last_id_ = 0;
};

}  // namespace

std::vector<std::string> make_stream(const StreamOptions& options) {
  return StreamMaker(options).make();
}

}  // namespace tocsin::simulator
