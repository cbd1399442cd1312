// `private` (language.md 3): "it is replaced by a keyed pseudonym on arrival, still joins and
// counts, and is never printed". What files and sockets see of it:
// tests/end_to_end/test_private.py.
#include <gtest/gtest.h>

#include "engine/record/kept_lines.h"
#include "tests/engine/engine_fixture.h"
#include "tests/support/private_values.h"

namespace tocsin::testing_engine {
namespace {

using testing::hidden;
using testing::test_pseudonyms;

constexpr char kRules[] = R"(
record permit { holder text private  phone text private optional from "Phone no."  fee int optional }
record visit { who text private optional  holder text optional from "name" }
rule collector { by holder while count(permit) >= 2 level red say "{holder}" }
rule met { on permit p then visit v within 1y where v.who == p.holder level red for v.who say "{p.fee}" }
)";

std::string record(const std::string& members) {
  return R"({"type":"permit","subject":"A","time":"2025-01-01",)" + members + "}\n";
}

EngineOptions with_pseudonyms() {
  EngineOptions options;
  options.pseudonyms = test_pseudonyms();
  return options;
}

// The batch as it is kept, and what was rejected.
struct Kept {
  Batch batch;
  std::vector<std::unique_ptr<DecodedSlice>> slices;
};

Kept keep(Batch batch) {
  static const auto program = program_of(kRules);
  Kept kept{std::move(batch), {}};
  Decoder decoder(*program, test_pseudonyms().get());
  for (size_t i = 0; i < kept.batch.chunks.size(); ++i) {
    DecodedSlice& slice = *kept.slices.emplace_back(std::make_unique<DecodedSlice>());
    slice.chunk = i;
    slice.end = kept.batch.chunks[i].bytes.size();
    decoder.decode(kept.batch.chunks[i], INT64_MAX, slice);
  }
  keep_without_private_values(kept.batch, kept.slices);
  return kept;
}

Kept keep(const std::string& lines) {
  Script script;
  Batch batch;
  script.lines(lines).next(batch);
  return keep(std::move(batch));
}

std::string kept_line(const std::string& line) { return keep(line).batch.chunks[0].bytes; }

TEST(Private, ThePseudonymTakesTheValuesPlaceInTheLine) {
  const std::string li = "\"" + hidden("Li \"Wei\"") + "\"", number = "\"" + hidden("138") + "\"";
  const auto with = [&](const std::string& holder, const std::string& rest) {
    return record("\"id\":\"1\",\"holder\":" + holder + rest);
  };
  EXPECT_EQ(kept_line(with(R"("Li \"Wei\"")", R"(,"fee":1)")), with(li, R"(,"fee":1)"));
  EXPECT_EQ(kept_line(with(R"( "\u004ci \u0022Wei\""  )", "")), with(" " + li + "  ", ""));
  // A number is the same as its digits in quotes; a column that nothing uses is hidden as well.
  EXPECT_EQ(kept_line(with("138", R"(,"Phone\u0020no.":138 ,"x":138)")),
            with(number, R"(,"Phone\u0020no.":)" + number + R"( ,"x":138)"));
  // So is one that only another type has, whatever it holds.
  EXPECT_EQ(kept_line(with("138", R"(,"who":["Li",{"a":1}])")),
            with(number, ",\"who\":\"" + hidden(R"(["Li",{"a":1}])") + "\""));
  EXPECT_EQ(kept_line(with("138", R"(,"who":null,"Phone no.":"")")),
            with(number, R"(,"who":null,"Phone no.":"")"));
  // "holder" of a visit is a column that visits do not have, and "name" one that is not private.
  EXPECT_EQ(kept_line(R"({"type":"visit","subject":"A","id":"1","time":"2025-01-01","name":"N",)"
                      R"("holder":true})"
                      "\n"),
            R"({"type":"visit","subject":"A","id":"1","time":"2025-01-01","name":"N","holder":")" +
                hidden("true") + "\"}\n");
  EXPECT_EQ(kept_line(R"({"type":"retract","subject":"A","target":"1","target_type":"visit",)"
                      R"("who":138})"
                      "\n"),
            R"({"type":"retract","subject":"A","target":"1","target_type":"visit","who":)" +
                number + "}\n");
}

TEST(Private, WhatIsKeptIsKeptAsItIs) {
  const std::string lines = record(R"("id":"1","holder":"Li")") + "\n  \nno JSON\n" +
                            record(R"("id":"2","holder":7,"fee":"Li Wei")") +
                            record(R"("id":"3","holder":"Wang")");
  const Kept once = keep(lines);
  const Chunk& chunk = once.batch.chunks[0];
  EXPECT_EQ(chunk.bytes, record("\"id\":\"1\",\"holder\":\"" + hidden("Li") + "\"") + "\n\n\n\n" +
                             record("\"id\":\"3\",\"holder\":\"" + hidden("Wang") + "\""));
  ASSERT_EQ(chunk.framing_rejects.size(), 2u);
  EXPECT_EQ(chunk.framing_rejects[0].line, 4u);
  EXPECT_EQ(chunk.framing_rejects[1].line, 5u);
  EXPECT_EQ(chunk.framing_rejects[1].byte_offset, lines.find("{\"type\":\"permit\"", 10));
  EXPECT_EQ(chunk.framing_rejects[1].text, "");
  EXPECT_EQ(chunk.framing_rejects[1].reason,
            "the value given is not a whole number of 64 bits (field `fee`); the text of the line "
            "is withheld, as the policy has private fields");
  EXPECT_EQ(once.slices[0]->records, 2u);
  EXPECT_TRUE(once.slices[0]->rejects.empty());
  // Where the source stands: the lines that are kept have other lengths.
  ASSERT_EQ(once.batch.chunks.size(), 2u);
  EXPECT_EQ(once.batch.chunks[1].byte_offset, lines.size());
  EXPECT_EQ(once.batch.chunks[1].first_line, 7u);

  Batch again = once.batch;
  for (Chunk& each : again.chunks) each.bytes.reserve(each.bytes.size() + limits::kPaddingBytes);
  const Kept twice = keep(again);
  ASSERT_EQ(twice.batch.chunks.size(), 2u);
  EXPECT_EQ(twice.batch.chunks[0].bytes, chunk.bytes);
  ASSERT_EQ(twice.batch.chunks[0].framing_rejects.size(), 2u);
  EXPECT_EQ(twice.batch.chunks[0].framing_rejects[1].reason, chunk.framing_rejects[1].reason);
}

TEST(Private, ATextOfTheLengthThatIsAllowedAndOneByteMore) {
  const auto line = [](size_t bytes) {
    return record("\"id\":\"1\",\"holder\":\"" + std::string(bytes, 'x') + "\"");
  };
  EXPECT_EQ(keep(line(limits::kTextBytesMax)).batch.chunks[0].framing_rejects.size(), 0u);
  const Kept refused = keep(line(limits::kTextBytesMax + 1));
  EXPECT_EQ(refused.batch.chunks[0].bytes, "\n");
  ASSERT_EQ(refused.batch.chunks[0].framing_rejects.size(), 1u);
}

TEST(Pseudonyms, CannotBeForgedOrToldFromAnotherKey) {
  const Pseudonyms own(Pseudonyms::Secret{1}), other(Pseudonyms::Secret{2});
  const std::string li = own.of("Li");
  EXPECT_EQ(li.size(), 42u);
  EXPECT_TRUE(own.is_own(li));
  EXPECT_EQ(own.of(li), li);
  EXPECT_NE(own.of("Wang"), li);
  EXPECT_NE(other.of("Li"), li);
  EXPECT_FALSE(other.is_own(li));
  EXPECT_NE(other.of(li), li);
  EXPECT_NE(own.fingerprint(), other.fingerprint());
  for (size_t i = 0; i < li.size(); ++i) {
    std::string forged = li;
    forged[i] = forged[i] == '0' ? '1' : '0';
    EXPECT_FALSE(own.is_own(forged)) << forged;
    EXPECT_TRUE(own.is_own(own.of(forged)));
  }
  EXPECT_FALSE(own.is_own(li + "0"));
  EXPECT_FALSE(own.is_own(li.substr(0, 41)));
  // RFC 4231 has no such key; this was computed with Python's hmac.
  const auto secret = Pseudonyms::read_secret(std::string(64, 'a'));
  ASSERT_TRUE(secret);
  EXPECT_EQ(Pseudonyms::write_secret(*secret), std::string(64, 'a'));
  EXPECT_FALSE(Pseudonyms::read_secret(std::string(63, 'a')));
  EXPECT_FALSE(Pseudonyms::read_secret(std::string(64, 'g')));
  EXPECT_EQ(Pseudonyms(*secret).of("Li"), "p:c705cabfef509bed5116bb685cb023c12121ca55");
  EXPECT_EQ(fingerprint_in(with_fingerprint("policy\n", own.fingerprint())), own.fingerprint());
  EXPECT_EQ(fingerprint_in("policy\n"), "");
}

TEST(Private, EqualPersonsJoinAndTheirPseudonymsAreTold) {
  const auto engine = open(program_of(kRules), with_pseudonyms());
  ASSERT_NE(engine, nullptr);
  Script script;
  script
      .lines(record(R"("id":"1","holder":"138")") + record(R"("id":"2","holder":138)") +
             record(R"("id":"3","holder":"\u0031\u0033\u0038","fee":"x")"))
      .lines(R"({"type":"visit","subject":"A","id":"v","time":"2025-02-01","who":")" +
             hidden("138") + "\"}\n");
  Heard heard;
  ASSERT_TRUE(engine->run(script, heard));
  ASSERT_EQ(heard.messages.size(), 2u);
  EXPECT_NE(heard.messages[0].find("\"key\":\"" + hidden("138") + "\""), std::string::npos);
  EXPECT_NE(heard.messages[0].find("\"message\":\"" + hidden("138") + "\""), std::string::npos);
  EXPECT_NE(heard.messages[1].find("\"subject\":\"" + hidden("138") + "\""), std::string::npos);
}

TEST(Private, WithoutAKeyNobodyCanRepeatThePseudonyms) {
  std::vector<std::string> first_messages;
  for (int i = 0; i < 2; ++i) {
    const auto engine = open(program_of(kRules), {});
    Script script;
    script.lines(record(R"("id":"1","holder":"Li")") + record(R"("id":"2","holder":"Li")"));
    Heard heard;
    ASSERT_TRUE(engine->run(script, heard));
    ASSERT_EQ(heard.messages.size(), 1u);
    first_messages.push_back(heard.messages[0]);
  }
  EXPECT_NE(first_messages[0], first_messages[1]);
}

class PrivateData : public ::testing::Test {
 protected:
  EngineOptions options(std::shared_ptr<const Pseudonyms> pseudonyms = test_pseudonyms()) {
    EngineOptions options;
    options.data = folder_.path() / "data";
    options.pseudonyms = std::move(pseudonyms);
    options.notice = [this](const std::string& text) { notices_ += text + "\n"; };
    return options;
  }
  std::string refusal(const std::string& rules, std::shared_ptr<const Pseudonyms> pseudonyms) {
    auto engine = Engine::open(program_of(rules), options(std::move(pseudonyms)));
    return engine ? "" : engine.error().message;
  }
  TempDir folder_;
  std::string notices_;
};

TEST_F(PrivateData, IsOpenedWithItsKeyOnlyAlsoWhenItIsPrivateNoMore) {
  const std::string public_rules = "rule r { while count(promise) >= 1 level red }";
  const auto other = std::make_shared<const Pseudonyms>(Pseudonyms::Secret{9});
  EXPECT_EQ(refusal(public_rules, nullptr), "");
  EXPECT_NE(refusal(kRules, nullptr).find("private fields, and there is no key"),
            std::string::npos);
  EXPECT_EQ(refusal(kRules, test_pseudonyms()), "");
  EXPECT_NE(refusal(kRules, other).find("with another key"), std::string::npos);
  EXPECT_NE(refusal(public_rules, nullptr).find("none was given"), std::string::npos);
  EXPECT_EQ(refusal(public_rules, test_pseudonyms()), "");
  EXPECT_NE(refusal(kRules, other).find("with another key"), std::string::npos);
  std::filesystem::remove_all(folder_.path() / "data/state");
  EXPECT_NE(refusal(kRules, other).find("with another key"), std::string::npos);
  EXPECT_EQ(refusal(kRules, test_pseudonyms()), "");
  EXPECT_NE(notices_.find("private from now on: Phone no., holder, who."), std::string::npos);
  EXPECT_NE(notices_.find("no longer private: Phone no., holder, who."), std::string::npos);
}

TEST_F(PrivateData, RejectsAndPositionsAreTheSameAfterARestart) {
  const std::string lines = record(R"("id":"1","holder":"Li")") + "no JSON\n" +
                            record(R"("id":"1","holder":"Wang")") +
                            record(R"("id":"2","holder":"Li","fee":"Li")");
  const auto listing = [](const Engine& engine) {
    std::string text;
    for (const Reject& reject : engine.rejects(0, 100)) {
      text += std::to_string(reject.number) + " " + std::to_string(reject.line) + "@" +
              std::to_string(reject.byte_offset) + " " + reject.reason + "|" + reject.text + "\n";
    }
    const SourcePosition position = engine.position("script");
    return text + std::to_string(position.lines) + " " + std::to_string(position.bytes);
  };
  std::string before;
  {
    const auto engine = open(program_of(kRules), options());
    Script script;
    script.lines(lines);
    Heard heard;
    ASSERT_TRUE(engine->run(script, heard));
    before = listing(*engine);
  }
  EXPECT_NE(before.find("\n4 " + std::to_string(lines.size())), std::string::npos) << before;
  EXPECT_NE(before.find("|{\"type\":\"permit\""), std::string::npos) << "the conflict is shown";
  EXPECT_EQ(before.find("Wang"), std::string::npos);
  std::filesystem::remove_all(folder_.path() / "data/state");
  const auto engine = open(program_of(kRules), options());
  EXPECT_EQ(listing(*engine), before);
}

}  // namespace
}  // namespace tocsin::testing_engine
