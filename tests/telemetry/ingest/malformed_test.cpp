// Ten thousand and more damaged frames through the path that every message takes. An oracle of its
// own reads the bytes by the wire format's rules and says what a record may never be; it shares no
// code with the decoder and knows nothing of how it decides.
#include <array>
#include <cmath>
#include <cstring>
#include <map>
#include <optional>
#include <random>

#include <google/protobuf/stubs/logging.h>
#include <gtest/gtest.h>

#include "telemetry/ingest/record.h"
#include "tests/telemetry/ingest/messages.h"

namespace ems::ingest {
namespace {

struct Field {
    unsigned kind{0};        // wire type: 0 varint, 1 eight bytes, 2 length-delimited, 5 four bytes
    std::uint64_t number{0}; // varint or fixed
    std::string bytes;       // length-delimited
};
using Fields = std::multimap<std::uint32_t, Field>;

// The fields of one message, or nothing when the bytes are no protobuf.
class Reader {
  public:
    explicit Reader(std::string_view bytes) : bytes_(bytes) {}

    std::optional<Fields> read() {
        Fields out;
        while (at_ < bytes_.size()) {
            const auto tag = varint();
            if (!tag || *tag >> 3U == 0 || *tag >> 32U != 0) {
                return std::nullopt;
            }
            auto field = value(static_cast<unsigned>(*tag & 7U));
            if (!field) {
                return std::nullopt;
            }
            field->kind = static_cast<unsigned>(*tag & 7U);
            out.emplace(static_cast<std::uint32_t>(*tag >> 3U), std::move(*field));
        }
        return out;
    }

  private:
    std::optional<std::uint64_t> varint() {
        std::uint64_t out = 0;
        for (unsigned shift = 0; shift < 70 && at_ < bytes_.size(); shift += 7) {
            const auto byte = static_cast<unsigned char>(bytes_[at_++]);
            out |= shift < 64 ? static_cast<std::uint64_t>(byte & 0x7FU) << shift : 0;
            if ((byte & 0x80U) == 0) {
                return out;
            }
        }
        return std::nullopt;
    }
    std::optional<Field> fixed(std::size_t size) {
        if (bytes_.size() - at_ < size) {
            return std::nullopt;
        }
        Field field;
        std::memcpy(&field.number, bytes_.data() + at_, size);
        at_ += size;
        return field;
    }
    std::optional<Field> value(unsigned kind) {
        if (kind == 0) {
            const auto number = varint();
            return number ? std::optional{Field{0, *number, ""}} : std::nullopt;
        }
        if (kind == 1 || kind == 5) {
            return fixed(kind == 1 ? 8 : 4);
        }
        const auto size = kind == 2 ? varint() : std::nullopt;
        if (!size || *size > bytes_.size() - at_) {
            return std::nullopt; // groups are none of ours
        }
        Field field{2, 0, std::string{bytes_.substr(at_, *size)}};
        at_ += *size;
        return field;
    }
    std::string_view bytes_;
    std::size_t at_{0};
};

// The last one of this number and wire type: another type is an unknown field.
Field last_of(const Fields& fields, std::uint32_t number, unsigned kind) {
    Field out;
    const auto [from, to] = fields.equal_range(number);
    for (auto at = from; at != to; ++at) {
        if (at->second.kind == kind) {
            out = at->second;
        }
    }
    return out;
}
std::uint64_t last(const Fields& fields, std::uint32_t number) {
    return last_of(fields, number, 0).number;
}
std::string last_bytes(const Fields& fields, std::uint32_t number) {
    return last_of(fields, number, 2).bytes;
}
std::int32_t zigzag(std::uint64_t value) {
    const auto low = static_cast<std::uint32_t>(value);
    return static_cast<std::int32_t>(low >> 1U) ^ -static_cast<std::int32_t>(low & 1U);
}

constexpr std::uint64_t kSeqMost = 1ULL << 62U;

// Why this envelope must be refused, or nothing. Groups and other oddities of the format that the
// library may take as unknown fields are not judged.
std::string must_refuse(const Fields& envelope) {
    const std::uint64_t seq = last(envelope, 2);
    const auto stream = static_cast<std::uint32_t>(last(envelope, 7));
    if (last_of(envelope, 1, 1).number == 0 || seq == 0 || seq > kSeqMost || stream < 1 ||
        stream > 4 || static_cast<std::uint32_t>(last(envelope, 5)) != 1) {
        return "envelope";
    }
    const auto body = Reader{last_bytes(envelope, 6)}.read();
    if (!body) {
        return ""; // perhaps a group: left to the library
    }
    if (stream == 2) {
        const double lat = zigzag(last(*body, 1)) / 1e7;
        const double lon = zigzag(last(*body, 2)) / 1e7;
        const auto fix = static_cast<std::uint32_t>(last(*body, 8));
        if (std::abs(lat) > 90 || std::abs(lon) > 180 || (lat == 0 && lon == 0) ||
            (fix != 2 && fix != 3)) {
            return "position";
        }
    }
    if (stream == 1) {
        const std::string id = last_bytes(*body, 1);
        if (id.empty() || id.size() > 64) {
            return "event id";
        }
    }
    return "";
}

class Malformed : public testing::Test {
  protected:
    // As the program: the library would write a line for every bad byte.
    void SetUp() override { handler_ = google::protobuf::SetLogHandler(nullptr); }
    void TearDown() override { google::protobuf::SetLogHandler(handler_); }

    std::string damaged(std::string bytes) {
        for (std::uint64_t n = random_() % 6 + 1; n > 0 && !bytes.empty(); --n) {
            const std::size_t at = random_() % bytes.size();
            switch (random_() % 6) {
            case 0:
                bytes[at] = static_cast<char>(random_());
                break;
            case 1:
                bytes[at] =
                    static_cast<char>(static_cast<unsigned>(bytes[at]) ^ 1U << random_() % 8);
                break;
            case 2:
                bytes.erase(at, random_() % 9 + 1);
                break;
            case 3:
                bytes.insert(at, std::string(random_() % 9 + 1, static_cast<char>(random_())));
                break;
            case 4:
                bytes.resize(at);
                break;
            default:
                bytes += bytes.substr(at, random_() % 40);
            }
        }
        return bytes;
    }
    // The stored record must be within every bound, whatever the bytes were.
    void expect_sane(const Record& record, const std::string& refuse) {
        EXPECT_EQ(refuse, "");
        EXPECT_GE(record.key.seq, 1U);
        EXPECT_LE(record.key.seq, kSeqMost);
        if (const auto* position = std::get_if<PositionRow>(&record.row)) {
            EXPECT_LE(std::abs(position->lat_deg), 90);
            EXPECT_LE(std::abs(position->lon_deg), 180);
            EXPECT_GE(position->course_cdeg, 0);
            EXPECT_LT(position->course_cdeg, 36'000);
            EXPECT_GE(position->speed_cm_s, 0);
        } else if (const auto* vitals = std::get_if<VitalsRow>(&record.row)) {
            constexpr std::array<int, kVitalsCount> kMost{400, 400, 100, 200, 350,
                                                          350, 350, 200, 5000};
            for (std::size_t i = 0; i < kVitalsCount; ++i) {
                EXPECT_TRUE(!vitals->values[i] ||
                            (*vitals->values[i] >= 0 && *vitals->values[i] <= kMost[i]));
                EXPECT_FALSE(vitals->values[i] && (vitals->invalid_mask >> i & 1U) != 0)
                    << "invalid is not a number";
            }
        } else if (const auto* wave = std::get_if<WaveRow>(&record.row)) {
            wire::WaveBatch batch;
            ASSERT_TRUE(batch.ParseFromString(wave->body));
            const auto block = wire::decode_waves(batch);
            ASSERT_TRUE(block);
            const auto leads = static_cast<std::size_t>(
                __builtin_popcount(static_cast<unsigned>(wave->lead_mask)));
            EXPECT_EQ(block->samples.size(), leads * static_cast<std::size_t>(wave->samples));
            EXPECT_TRUE(wave->samples > 0 || wave->pleth_samples > 0);
        }
    }
    // As the ingest does it.
    void take(const wire::Envelope& envelope, const std::string& refuse) {
        const auto key = check_key(test::vid("amb-1"), envelope);
        const auto record =
            key ? check_record(*key, envelope, {ServerTime{test::kThen}, Lane::live, 1})
                : Result<Record>{Failure{key.error()}};
        if (record) {
            ++accepted_;
            expect_sane(*record, refuse);
        } else {
            ++refused_;
        }
    }

    google::protobuf::LogHandler* handler_{nullptr};
    std::mt19937 random_{20'261'126};
    const std::array<wire::Envelope, 4> valid_{test::event(1), test::position(1), test::vitals(1),
                                               test::wave(1)};
    int accepted_{0};
    int refused_{0};
};

TEST_F(Malformed, TheOracleTakesWhatIsValid) {
    for (const wire::Envelope& envelope : valid_) {
        const auto fields = Reader{envelope.SerializeAsString()}.read();
        ASSERT_TRUE(fields);
        EXPECT_EQ(must_refuse(*fields), "");
    }
}

TEST_F(Malformed, OfTwelveThousandDamagedEnvelopesNoneIsTakenThatMustNotBe) {
    for (int i = 0; i < 12'000; ++i) {
        const std::string bytes = damaged(valid_[random_() % valid_.size()].SerializeAsString());
        wire::Envelope envelope;
        const auto fields = Reader{bytes}.read();
        if (!envelope.ParseFromString(bytes)) {
            ++refused_;
        } else if (fields) {
            take(envelope, must_refuse(*fields));
        } else {
            take(envelope, "");
        }
        ASSERT_FALSE(testing::Test::HasFailure()) << "frame " << i;
    }
    EXPECT_GT(refused_, 3000);
    EXPECT_GT(accepted_, 300) << "the damage reaches beyond the first check";
}

// Damage inside the bodies alone, the envelope whole: every one reaches the checks of its stream.
TEST_F(Malformed, OfTwelveThousandDamagedBodiesNoneIsTakenThatMustNotBe) {
    for (int i = 0; i < 12'000; ++i) {
        wire::Envelope envelope = valid_[random_() % valid_.size()];
        envelope.set_body(damaged(envelope.body()));
        const auto fields = Reader{envelope.SerializeAsString()}.read();
        ASSERT_TRUE(fields);
        take(envelope, must_refuse(*fields));
        ASSERT_FALSE(testing::Test::HasFailure()) << "frame " << i;
    }
    EXPECT_GT(refused_, 3000);
    EXPECT_GT(accepted_, 300);
}

TEST_F(Malformed, OfFiveThousandDamagedBackfillsNoneIsTakenThatMustNotBe) {
    wire::Backfill whole;
    for (std::uint64_t seq = 1; seq <= 10; ++seq) {
        *whole.add_records() = test::position(seq);
        *whole.add_records() = test::vitals(seq);
    }
    const std::string bytes = whole.SerializeAsString();
    for (int i = 0; i < 5'000; ++i) {
        wire::Backfill backfill;
        if (!backfill.ParseFromString(damaged(bytes))) {
            ++refused_;
            continue;
        }
        for (const wire::Envelope& envelope : backfill.records()) {
            const auto fields = Reader{envelope.SerializeAsString()}.read();
            take(envelope, fields ? must_refuse(*fields) : "");
        }
        ASSERT_FALSE(testing::Test::HasFailure()) << "frame " << i;
    }
    EXPECT_GT(refused_, 500);
    EXPECT_GT(accepted_, 500);
}

} // namespace
} // namespace ems::ingest
