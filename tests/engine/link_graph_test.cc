// Who is within reach of whom, and when: the graph against a search at every moment.
#include "engine/link/link_graph.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>

namespace tocsin {
namespace {

using Edges = std::vector<EdgeChange>;

// Everybody within `hops` of `from` at `time`, with the shortest path to each.
std::map<std::string, std::string> search(const Edges& edges, const std::string& from, int hops,
                                          int64_t time) {
  std::map<std::string, std::vector<std::string>> paths{{from, {from}}};
  for (int hop = 0; hop < hops; ++hop) {
    std::map<std::string, std::vector<std::string>> further;
    const auto go = [&](const std::string& a, const std::string& b) {
      if (!paths.count(a) || paths.count(b)) return;
      std::vector<std::string> path = paths[a];
      path.push_back(b);
      const auto [known, is_new] = further.try_emplace(b, path);
      if (!is_new) known->second = std::min(known->second, path);
    };
    for (const EdgeChange& edge : edges) {
      if (time < edge.force.from || time >= edge.force.to) continue;
      go(edge.a, edge.b);
      go(edge.b, edge.a);
    }
    paths.insert(further.begin(), further.end());
  }
  std::map<std::string, std::string> result;
  for (const auto& [name, path] : paths) {
    std::string text;
    for (const std::string& part : path) text += (text.empty() ? "" : " – ") + part;
    if (name != from) result[name] = text;
  }
  return result;
}

using Texts = std::vector<std::string>;

Texts texts_of(const ReachHistory& history) {
  Texts texts;
  for (const Stay& stay : history.stays) {
    texts.push_back(std::string(stay.name) + " " + std::to_string(stay.time.from) + " " +
                    std::to_string(stay.time.to) + " " + stay.path);
  }
  for (const Interval& time : history.beyond.intervals()) {
    texts.push_back("beyond " + std::to_string(time.from) + " " + std::to_string(time.to));
  }
  return texts;
}

// The same by a search at every moment at which anything changes.
Texts searched(const Edges& edges, const std::string& from, const Reach& reach, int64_t last) {
  std::map<std::string, std::vector<Stay>> stays;
  std::vector<Interval> beyond;
  for (int64_t time = 0; time <= last; ++time) {
    const Interval now{time, time == last ? INT64_MAX : time + 1};
    const auto found = search(edges, from, reach.hops, time);
    if (found.size() > reach.names_max) {
      beyond.push_back(now);
      continue;
    }
    for (const auto& [name, path] : found) {
      auto& [kept_name, of_name] = *stays.try_emplace(name).first;
      if (!of_name.empty() && of_name.back().time.to == time && of_name.back().path == path) {
        of_name.back().time.to = now.to;
      } else {
        of_name.push_back({kept_name, now, 0, path});
      }
    }
  }
  ReachHistory history;
  for (const auto& [name, of_name] : stays) {
    history.stays.insert(history.stays.end(), of_name.begin(), of_name.end());
  }
  history.beyond = TimeSet(beyond);
  return texts_of(history);
}

EdgeChange random_edge(std::mt19937& random, int names, int64_t last) {
  const auto among = [&](int count) {
    return static_cast<int>(random() % static_cast<unsigned>(count));
  };
  const int a = among(names);
  const int b = (a + 1 + among(names - 1)) % names;
  // The first name is a hub.
  const std::string hub = "n0";
  EdgeChange edge{among(3) == 0 ? hub : "n" + std::to_string(a), "n" + std::to_string(b), {}, true};
  if (edge.a == edge.b) edge.a = "n" + std::to_string(a);
  edge.force.from = among(static_cast<int>(last));
  edge.force.to = among(2) == 0
                      ? INT64_MAX
                      : edge.force.from + 1 + among(static_cast<int>(last - edge.force.from));
  return edge;
}

TEST(LinkGraph, ShowsAtEveryMomentWhatASearchFinds) {
  constexpr int64_t kLast = 6;
  const std::vector<Reach> reaches{{1, 100}, {2, 3}, {3, 2}, {4, 4}, {2, 100}, {4, 100}};
  for (unsigned seed = 0; seed < 40; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    const int names = 3 + static_cast<int>(random() % 6);
    LinkGraph graph(reaches);
    Edges edges;
    std::map<std::pair<size_t, std::string>, Texts> known;
    for (int round = 0; round < 12; ++round) {
      Edges changes;
      for (unsigned i = 0, count = 1 + random() % 3; i < count; ++i) {
        if (!edges.empty() && random() % 3 == 0) {
          const size_t going = random() % edges.size();
          changes.push_back(edges[going]);
          changes.back().comes = false;
          edges.erase(edges.begin() + static_cast<ptrdiff_t>(going));
        } else {
          edges.push_back(random_edge(random, names, kLast));
          changes.push_back(edges.back());
        }
      }
      const auto affected = graph.update(changes);
      ASSERT_EQ(graph.edges(), edges.size());
      for (size_t reach = 0; reach < reaches.size(); ++reach) {
        for (int n = 0; n < names; ++n) {
          const std::string name = "n" + std::to_string(n);
          const ReachHistory history = graph.history(reach, name);
          const Texts now = texts_of(history);
          ASSERT_EQ(now, searched(edges, name, reaches[reach], kLast)) << name << " " << reach;
          Texts& before = known[{reach, name}];
          const auto& told = affected[reach];
          ASSERT_TRUE(now == before || std::binary_search(told.begin(), told.end(), name)) << name;
          before = now;
          for (const Stay& stay : history.stays) {
            const Texts seers = graph.seen_by(reach, stay.name);
            ASSERT_TRUE(std::binary_search(seers.begin(), seers.end(), name));
          }
        }
      }
    }
  }
}

TEST(LinkGraph, ForgetsNamesWithoutEdges) {
  LinkGraph graph({{2, 10}});
  EdgeChange edge{"a", "b", {0, 5}, true};
  graph.update(Edges{edge});
  EXPECT_EQ(graph.names(), 2u);
  edge.comes = false;
  graph.update(Edges{edge});
  EXPECT_EQ(graph.names(), 0u);
  EXPECT_TRUE(graph.history(0, "a").stays.empty());
}

// Of a person with many companies, only those that came before there were too many see each other.
TEST(LinkGraph, NobodyIsAskedAnewOnceAHubHasTooManyNeighbours) {
  LinkGraph graph({{2, 100}});
  for (int i = 0; i < 1'000; ++i) {
    const EdgeChange edge{"person", "c" + std::to_string(i), {i, INT64_MAX}, true};
    const auto affected = graph.update(Edges{edge});
    EXPECT_LE(affected[0].size(), i <= 102 ? 110u : 2u) << i;
  }
  EXPECT_EQ(graph.history(0, "c3").beyond.intervals().size(), 1u);
  EXPECT_LE(graph.seen_by(0, "c3").size(), 1'000u);
}

}  // namespace
}  // namespace tocsin
