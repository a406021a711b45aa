#include "vehicle/device/ecg_box.h"

#include <gtest/gtest.h>

#include "tests/vehicle/device/mutate.h"

namespace ems::vehicle {
namespace {

EcgBlock sample_block(const EcgBoxHeader& header, std::uint64_t first) {
    EcgBlock block{.first_sample = first, .count = 20, .lead_off_mask = 0x04};
    for (std::size_t i = 0; i < block.count * header.lead_count(); ++i) {
        block.samples.push_back(static_cast<std::int16_t>(static_cast<int>(i) * 331 - 20'000));
    }
    block.pleth_first = first / 4;
    block.pleth = {-1, 0, 1, 32'767, -32'768};
    return block;
}

TEST(EcgBox, GivesBackWhatWasEncodedAtEverySplit) {
    const EcgBoxHeader header{.pleth_hz = 125, .simulated = true};
    const EcgBlock one = sample_block(header, 7'000'000'000);
    const EcgBlock two = sample_block(header, 7'000'000'020);
    const std::string bytes =
        encode_ecg_header(header) + encode_ecg_block(header, one) + encode_ecg_block(header, two);
    for (std::size_t split = 0; split <= bytes.size(); ++split) {
        EcgBoxParser parser;
        std::vector<EcgBlock> blocks;
        for (const std::string& part : {bytes.substr(0, split), bytes.substr(split)}) {
            auto some = parser.feed(part);
            ASSERT_TRUE(some) << some.error().message();
            blocks.insert(blocks.end(), some->begin(), some->end());
        }
        ASSERT_EQ(blocks, (std::vector{one, two})) << "split at " << split;
        ASSERT_EQ(parser.header(), header);
    }
}

TEST(EcgBox, WritesTheHeaderOfTheContract) {
    EXPECT_EQ(encode_ecg_header({.pleth_hz = 125, .simulated = true}),
              "ECGBOX 1 rate_hz=500 gain_nv=2440 leads=I,II,V1,V2,V3,V4,V5,V6 pleth_hz=125 "
              "simulated=1\n");
}

TEST(EcgBox, RefusesBadHeaders) {
    for (const char* text :
         {"ECGBOX 2 rate_hz=500 gain_nv=1 leads=I\n", "ECGBOX 1 rate_hz=5 gain_nv=1 leads=I\n",
          "ECGBOX 1 rate_hz=500 gain_nv=0 leads=I\n", "ECGBOX 1 rate_hz=500 leads=II,I\n",
          "ECGBOX 1 rate_hz=500 leads=I,I\n", "ECGBOX 1 rate_hz=500 leads=Z\n",
          "ECGBOX 1 leads=I\n", "ECGBOX 1 rate_hz=500 nonsense leads=I\n", "\n",
          "HTTP/1.1 400 Bad Request\r\n"}) {
        EcgBoxParser parser;
        EXPECT_FALSE(parser.feed(text)) << text;
        EXPECT_FALSE(parser.feed("more")) << "a failed stream stays failed";
    }
    EcgBoxParser endless;
    EXPECT_FALSE(endless.feed(std::string(kEcgBoxHeaderSizeMax + 1, 'E')));
}

TEST(EcgBox, RefusesABlockThatDisagreesWithItsLength) {
    const EcgBoxHeader header{.lead_mask = 0x02, .pleth_hz = 125};
    std::string block = encode_ecg_block(header, sample_block(header, 0));
    block[13] = static_cast<char>(block[13] + 1); // count
    EcgBoxParser parser;
    EXPECT_FALSE(parser.feed(encode_ecg_header(header) + block));
    const EcgBoxHeader no_pleth{.lead_mask = 0x02};
    EcgBoxParser unannounced;
    EXPECT_FALSE(unannounced.feed(encode_ecg_header(no_pleth) +
                                  encode_ecg_block(no_pleth, sample_block(no_pleth, 0))));
    EcgBoxParser huge;
    EXPECT_FALSE(huge.feed(encode_ecg_header(header) + "\x7f\xff\xff\xff"));
}

TEST(EcgBox, SurvivesDamage) {
    const EcgBoxHeader header{.lead_mask = 0x03, .pleth_hz = 125};
    const std::string bytes = encode_ecg_header(header) +
                              encode_ecg_block(header, sample_block(header, 0)) +
                              encode_ecg_block(header, sample_block(header, 20));
    std::mt19937_64 random{1};
    for (int i = 0; i < 10'000; ++i) {
        EcgBoxParser parser;
        auto blocks = parser.feed(test::mutate(bytes, random));
        if (blocks) {
            for (const EcgBlock& block : *blocks) {
                ASSERT_LE(block.count, kEcgBoxCountMax);
                ASSERT_EQ(block.samples.size(), block.count * parser.header().lead_count());
            }
        }
    }
}

} // namespace
} // namespace ems::vehicle
