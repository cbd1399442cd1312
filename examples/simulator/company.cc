#include "examples/simulator/company.h"

#include <array>

namespace tocsin::simulator {
namespace {

struct Region {
  std::string_view code;
  std::string_view city;
};
constexpr std::array kRegions{
    Region{"330106", "杭州"}, Region{"330206", "宁波"}, Region{"330304", "温州"},
    Region{"310101", "上海"}, Region{"310115", "上海"}, Region{"320102", "南京"},
    Region{"320505", "苏州"}, Region{"320205", "无锡"}, Region{"340104", "合肥"},
    Region{"350203", "厦门"}, Region{"370102", "济南"}, Region{"370202", "青岛"},
    Region{"410102", "郑州"}, Region{"420102", "武汉"}, Region{"430102", "长沙"},
    Region{"440106", "广州"}, Region{"440304", "深圳"}, Region{"510104", "成都"},
    Region{"500103", "重庆"}, Region{"610113", "西安"},
};

struct Industry {
  std::string_view code;
  std::string_view word;
};
constexpr std::array kIndustries{
    Industry{"C1392", "食品"}, Industry{"C2614", "化工"}, Industry{"C3670", "汽配"},
    Industry{"E4710", "建筑"}, Industry{"F5211", "百货"}, Industry{"F5251", "医药"},
    Industry{"G5431", "物流"}, Industry{"H6210", "餐饮"}, Industry{"I6513", "软件"},
    Industry{"P8391", "教育"},
};

constexpr std::array<std::string_view, 24> kBrands{
    "明辉", "瑞丰", "恒达", "嘉禾", "金石", "远航", "天合", "盛源", "宏图", "长青", "安康", "百川",
    "同心", "新桥", "华茂", "东篱", "晨光", "顺通", "永利", "泰和", "云帆", "德信", "海纳", "诚佳"};
constexpr std::array<std::string_view, 16> kFamilyNames{
    "王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴", "徐", "孙", "胡", "朱", "高", "林"};
constexpr std::array<std::string_view, 16> kGivenNames{
    "伟", "芳", "娜", "敏", "静", "强", "磊", "军", "洋", "勇", "艳", "杰", "涛", "明", "超", "霞"};

// The check character of an organisation code (GB 11714): weights 3 7 9 10 5 8 4 2, modulo 11.
char organisation_check(std::string_view eight) {
  constexpr std::array<int, 8> kWeights{3, 7, 9, 10, 5, 8, 4, 2};
  int sum = 0;
  for (size_t i = 0; i < kWeights.size(); ++i) sum += kWeights[i] * (eight[i] - '0');
  const int check = 11 - sum % 11;
  return check == 10 ? 'X' : check == 11 ? '0' : static_cast<char>('0' + check);
}

// The last character of a credit code (GB 32100): weights 3^i, modulo 31, in an alphabet without I
// O S V Z.
char credit_check(std::string_view seventeen) {
  constexpr std::string_view kAlphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";
  size_t sum = 0;
  size_t weight = 1;
  for (const char c : seventeen) {
    sum += weight * kAlphabet.find(c);
    weight = weight * 3 % 31;
  }
  return kAlphabet[(31 - sum % 31) % 31];
}

const Region& draw_seat(Random& random) {
  static const Zipf popularity(kRegions.size(), Skew::kMild);
  return kRegions[popularity.draw(random)];
}

Company make_company_at(const Region& seat, Random& random) {
  const Industry& industry = random.pick(kIndustries);
  Company company;
  company.code = make_credit_code(seat.code, random);
  company.name.append(seat.city).append(random.pick(kBrands)).append(random.pick(kBrands));
  company.name.append(industry.word).append("有限公司");
  company.region = seat.code;
  company.industry = industry.code;
  company.controller.append(random.pick(kFamilyNames)).append(random.pick(kGivenNames));
  // People share names; a number keeps the invented ones apart.
  company.controller += std::to_string(random.below(100'000));
  return company;
}

}  // namespace

std::string make_credit_code(std::string_view region, Random& random) {
  std::string organisation;
  for (int i = 0; i < 8; ++i) organisation += static_cast<char>('0' + random.below(10));
  std::string code = "91";
  code.append(region).append(organisation);
  code += organisation_check(organisation);
  code += credit_check(code);
  return code;
}

Company make_company(Random& random) { return make_company_at(draw_seat(random), random); }

Company make_successor(const Company& closed, Random& random) {
  const Region* seat = &draw_seat(random);
  while (seat->code.substr(0, 2) == std::string_view(closed.region).substr(0, 2)) {
    seat = &draw_seat(random);
  }
  Company company = make_company_at(*seat, random);
  company.controller = closed.controller;
  return company;
}

std::string draw_region(Random& random) { return std::string(draw_seat(random).code); }

}  // namespace tocsin::simulator
