// The bytes of the contract: a renumbered field, another type or another enumerator's number is red
// here before it is a fleet that cannot be read. Rules: telemetry/README.md, "Evolution"; how files
// are made: tests/README.md.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <set>
#include <sstream>

#include <google/protobuf/descriptor.pb.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/unknown_field_set.h>
#include <google/protobuf/util/message_differencer.h>
#include <gtest/gtest.h>

#include "telemetry/wire/ems.pb.h"
#include "telemetry/wire/waveform.h"
#include "tests/support/child_process.h"
#include "tests/telemetry/wire/golden_messages.h"

namespace ems::test {
namespace {

namespace fs = std::filesystem;
using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::FileDescriptor;
using google::protobuf::Message;
using google::protobuf::UnknownFieldSet;
using google::protobuf::util::MessageDifferencer;

// ------------------------------------------------------------------------------------------------
// files

fs::path golden_dir() {
    return source_path("tests/golden/wire");
}

bool write_wanted() {
    const char* wanted = std::getenv("EMS_GOLDEN_WRITE");
    return wanted != nullptr && std::string{wanted} == "1";
}

std::string read_file(const fs::path& path) {
    std::ifstream in{path, std::ios::binary};
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

// Only what is absent is ever written, and never without a red test that says so.
void write_absent(const fs::path& path, const std::string& text) {
    ASSERT_FALSE(fs::exists(path));
    std::ofstream{path, std::ios::binary} << text;
    ADD_FAILURE() << path << " was written: look at it, commit it, run again without "
                  << "EMS_GOLDEN_WRITE";
}

std::string hex_text(const std::string& type, const std::string& bytes) {
    std::ostringstream out;
    out << "# " << type << ", " << bytes.size() << " bytes\n";
    constexpr const char* kDigits = "0123456789abcdef";
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        const auto byte = static_cast<unsigned char>(bytes[i]);
        out << kDigits[byte >> 4U] << kDigits[byte & 15U]
            << (i % 32 == 31 || i + 1 == bytes.size() ? '\n' : ' ');
    }
    return out.str();
}

std::string bytes_of(const std::string& hex_text) {
    std::istringstream lines{hex_text};
    std::string line;
    std::string out;
    std::getline(lines, line); // names the message
    std::string digits;
    while (lines >> digits) {
        out.push_back(static_cast<char>(std::stoi(digits, nullptr, 16)));
    }
    return out;
}

std::string serialized(const Message& message) {
    std::string out;
    google::protobuf::io::StringOutputStream sink{&out};
    google::protobuf::io::CodedOutputStream coded{&sink};
    coded.SetSerializationDeterministic(true); // maps have no order of their own
    message.SerializeToCodedStream(&coded);
    coded.Trim();
    return out;
}

std::unique_ptr<Message> parsed(const Message& like, const std::string& bytes) {
    std::unique_ptr<Message> out{like.New()};
    return out->ParseFromString(bytes) ? std::move(out) : nullptr;
}

fs::path path_of(const GoldenMessage& golden) {
    return golden_dir() / (golden.name + ".hex");
}

TEST(GoldenBytes, TodaysWriterWritesThem) {
    for (const GoldenMessage& golden : golden_messages()) {
        const std::string text =
            hex_text(golden.message->GetDescriptor()->full_name(), serialized(*golden.message));
        if (!fs::exists(path_of(golden)) && write_wanted()) {
            write_absent(path_of(golden), text);
        }
        EXPECT_EQ(read_file(path_of(golden)), text) << golden.name;
    }
}

TEST(GoldenBytes, TodaysReaderReadsThem) {
    for (const GoldenMessage& golden : golden_messages()) {
        const auto read = parsed(*golden.message, bytes_of(read_file(path_of(golden))));
        ASSERT_NE(read, nullptr) << golden.name;
        EXPECT_TRUE(MessageDifferencer::Equals(*read, *golden.message)) << golden.name;
    }
}

TEST(GoldenBytes, EveryFileBelongsToAMessage) {
    std::set<std::string> expected{"enumerators.txt"};
    for (const GoldenMessage& golden : golden_messages()) {
        EXPECT_TRUE(expected.insert(golden.name + ".hex").second) << golden.name << " twice";
    }
    std::set<std::string> found;
    for (const auto& entry : fs::directory_iterator{golden_dir()}) {
        found.insert(entry.path().filename().string());
    }
    EXPECT_EQ(found, expected);
}

// ------------------------------------------------------------------------------------------------
// nothing of the contract is left out

void note_fields(const Message& message, std::set<std::string>& seen) {
    std::vector<const FieldDescriptor*> fields;
    message.GetReflection()->ListFields(message, &fields);
    for (const FieldDescriptor* field : fields) {
        seen.insert(field->full_name());
        if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE || field->is_map()) {
            continue;
        }
        const auto* reflection = message.GetReflection();
        if (!field->is_repeated()) {
            note_fields(reflection->GetMessage(message, field), seen);
            continue;
        }
        for (int i = 0; i < reflection->FieldSize(message, field); ++i) {
            note_fields(reflection->GetRepeatedMessage(message, field, i), seen);
        }
    }
}

void each_message(const Descriptor& type, const std::function<void(const Descriptor&)>& visit) {
    if (type.options().map_entry()) {
        return;
    }
    visit(type);
    for (int i = 0; i < type.nested_type_count(); ++i) {
        each_message(*type.nested_type(i), visit);
    }
}

TEST(GoldenBytes, EveryFieldOfTheContractStandsInOne) {
    std::set<std::string> seen;
    for (const GoldenMessage& golden : golden_messages()) {
        note_fields(*golden.message, seen);
    }
    const FileDescriptor& contract = *wire::Envelope::descriptor()->file();
    std::size_t fields = 0;
    for (int i = 0; i < contract.message_type_count(); ++i) {
        each_message(*contract.message_type(i), [&](const Descriptor& type) {
            for (int j = 0; j < type.field_count(); ++j) {
                ++fields;
                EXPECT_TRUE(seen.contains(type.field(j)->full_name()))
                    << type.field(j)->full_name()
                    << " stands in no golden message: append a case to golden_messages.cpp";
            }
        });
    }
    EXPECT_GT(fields, 100U);
}

void note_values(const EnumDescriptor& type, std::set<std::string>& lines) {
    for (int i = 0; i < type.value_count(); ++i) {
        lines.insert(type.full_name() + " " + std::to_string(type.value(i)->number()) + " " +
                     type.value(i)->name());
    }
}

// Their numbers stand in the archive and in the database, too.
TEST(GoldenBytes, EnumeratorsKeepTheirNumbers) {
    std::set<std::string> today;
    const FileDescriptor& contract = *wire::Envelope::descriptor()->file();
    for (int i = 0; i < contract.enum_type_count(); ++i) {
        note_values(*contract.enum_type(i), today);
    }
    for (int i = 0; i < contract.message_type_count(); ++i) {
        each_message(*contract.message_type(i), [&](const Descriptor& type) {
            for (int j = 0; j < type.enum_type_count(); ++j) {
                note_values(*type.enum_type(j), today);
            }
        });
    }
    const fs::path path = golden_dir() / "enumerators.txt";
    std::set<std::string> golden;
    std::istringstream lines{read_file(path)};
    for (std::string line; std::getline(lines, line);) {
        golden.insert(line);
    }
    for (const std::string& line : golden) {
        EXPECT_TRUE(today.contains(line)) << line << " was renumbered, renamed or taken away";
    }
    for (const std::string& line : today) {
        if (!golden.contains(line) && write_wanted()) {
            std::ofstream{path, std::ios::app} << line << "\n";
        }
        EXPECT_TRUE(golden.contains(line)) << line << " is new: EMS_GOLDEN_WRITE=1 appends it";
    }
}

// ------------------------------------------------------------------------------------------------
// an old reader of a new writer

constexpr int kNewField = 1'900; // far from any number in use

void add_unknown(Message& message) {
    UnknownFieldSet& fields = *message.GetReflection()->MutableUnknownFields(&message);
    fields.AddVarint(kNewField, 300);
    fields.AddFixed32(kNewField + 1, 0xFFFFFFFFU);
    fields.AddFixed64(kNewField + 2, 1);
    fields.AddLengthDelimited(kNewField + 3, std::string{"new\0text", 8});
    fields.AddGroup(kNewField + 4)->AddVarint(1, 1);
}

// In the message and in every message within it.
void add_unknown_everywhere(Message& message) {
    const auto* reflection = message.GetReflection();
    std::vector<const FieldDescriptor*> fields;
    reflection->ListFields(message, &fields);
    for (const FieldDescriptor* field : fields) {
        if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE || field->is_map()) {
            continue;
        }
        if (!field->is_repeated()) {
            add_unknown_everywhere(*reflection->MutableMessage(&message, field));
            continue;
        }
        for (int i = 0; i < reflection->FieldSize(message, field); ++i) {
            add_unknown_everywhere(*reflection->MutableRepeatedMessage(&message, field, i));
        }
    }
    add_unknown(message);
}

TEST(NewWriter, ItsUnknownFieldsLeaveTheKnownOnesIntact) {
    for (const GoldenMessage& golden : golden_messages()) {
        std::unique_ptr<Message> newer{golden.message->New()};
        newer->CopyFrom(*golden.message);
        add_unknown_everywhere(*newer);
        const std::string bytes = serialized(*newer);
        const auto read = parsed(*golden.message, bytes);
        ASSERT_NE(read, nullptr) << golden.name;
        EXPECT_EQ(serialized(*read), bytes) << golden.name << ": passed on, nothing is lost";
        read->DiscardUnknownFields();
        EXPECT_TRUE(MessageDifferencer::Equals(*read, *golden.message)) << golden.name;
    }
}

TEST(NewWriter, ItsUnknownFieldsMayComeFirst) {
    for (const GoldenMessage& golden : golden_messages()) {
        std::string front;
        {
            std::unique_ptr<Message> only_new{golden.message->New()};
            add_unknown(*only_new);
            front = serialized(*only_new);
        }
        const auto read = parsed(*golden.message, front + serialized(*golden.message));
        ASSERT_NE(read, nullptr) << golden.name;
        read->DiscardUnknownFields();
        EXPECT_TRUE(MessageDifferencer::Equals(*read, *golden.message)) << golden.name;
    }
}

// event_id "new-kind", a kind of field number 99 that holds {1: 5}.
TEST(NewWriter, AnEventOfANewKindKeepsItsIdentity) {
    wire::Event event;
    ASSERT_TRUE(event.ParseFromString("\x0a\x08new-kind\x9a\x06\x02\x08\x05"));
    EXPECT_EQ(event.event_id(), "new-kind");
    EXPECT_EQ(event.what_case(), wire::Event::WHAT_NOT_SET);
}

TEST(NewWriter, ACommandOfANewKindKeepsItsIdentityAndExpiry) {
    wire::CommandBody body;
    ASSERT_TRUE(body.ParseFromString("\x0a\x05"
                                     "cmd-9"
                                     "\x12\x08"
                                     "amb-fc01"
                                     "\x28\x64\x9a\x06\x02\x08\x05"));
    EXPECT_EQ(body.id(), "cmd-9");
    EXPECT_EQ(body.expires_us(), 50);
    EXPECT_EQ(body.what_case(), wire::CommandBody::WHAT_NOT_SET);
}

TEST(NewWriter, ANewEnumeratorIsKeptAsItsNumberAndNotTakenForAnother) {
    wire::StateReport report;
    ASSERT_TRUE(report.ParseFromString("\x08\x63")); // state 99
    EXPECT_EQ(static_cast<int>(report.state()), 99);
    EXPECT_FALSE(wire::UnitState_IsValid(report.state()));
    EXPECT_EQ(report.SerializeAsString(), "\x08\x63");
}

TEST(NewWriter, AWaveOfANewWriterDecodesSampleForSample) {
    wire::WaveBatch batch;
    batch.set_recording(1);
    batch.set_rate_mhz(500'000);
    batch.set_lead_mask(1);
    batch.set_count(3);
    batch.set_gain_nv(2'440);
    for (const int delta : {5, 1, -2}) {
        batch.add_deltas(delta);
    }
    add_unknown(batch);
    wire::WaveBatch read;
    ASSERT_TRUE(read.ParseFromString(batch.SerializeAsString()));
    const auto block = wire::decode_waves(read);
    ASSERT_TRUE(block) << block.error().message();
    EXPECT_EQ(block->samples, (std::vector<std::int32_t>{5, 6, 4}));
}

// ------------------------------------------------------------------------------------------------
// a new reader of an old writer: bytes without the fields that came later

TEST(OldWriter, EachFieldItDoesNotKnowReadsAsAbsentAndTheOthersAsSent) {
    for (const GoldenMessage& golden : golden_messages()) {
        const auto* reflection = golden.message->GetReflection();
        std::vector<const FieldDescriptor*> fields;
        reflection->ListFields(*golden.message, &fields);
        for (const FieldDescriptor* newest : fields) {
            std::unique_ptr<Message> older{golden.message->New()};
            older->CopyFrom(*golden.message);
            reflection->ClearField(older.get(), newest);
            const auto read = parsed(*golden.message, serialized(*older));
            ASSERT_NE(read, nullptr) << newest->full_name();
            EXPECT_TRUE(MessageDifferencer::Equals(*read, *older)) << newest->full_name();
            std::vector<const FieldDescriptor*> rest;
            reflection->ListFields(*read, &rest);
            EXPECT_EQ(rest.size() + 1, fields.size()) << newest->full_name();
        }
    }
}

// Written out, as the bytes stand in spools and archives: birth_counter 2, t_us 50, and no spool.
TEST(OldWriter, AHeartbeatWithoutItsSpoolSaysZero) {
    wire::Heartbeat beat;
    ASSERT_TRUE(beat.ParseFromString("\x08\x02\x10\x64"));
    EXPECT_EQ(beat.birth_counter(), 2U);
    EXPECT_EQ(beat.t_us(), 50);
    EXPECT_EQ(beat.spool(), 0U) << "its counts cannot be attributed";
}

TEST(OldWriter, ABirthWithoutScaleAndStateSaysNeither) {
    wire::Birth birth;
    ASSERT_TRUE(birth.ParseFromString("\x08\x02\x11\x88\x97\xa6\xb5\xc4\xd3\xe2\xf1"));
    EXPECT_EQ(birth.spool(), 0xF1E2D3C4B5A69788U);
    EXPECT_EQ(birth.time_scale(), 0) << "which nobody takes for a scale";
    EXPECT_EQ(birth.unit_state(), wire::UNIT_UNSPECIFIED);
    EXPECT_EQ(birth.streams_size(), 0);
}

// spool 1, seq 2, t_us 3, clk GNSS, ver 1, body "x".
TEST(OldWriter, AnEnvelopeWithoutItsStreamBelongsToNone) {
    wire::Envelope envelope;
    ASSERT_TRUE(envelope.ParseFromString(
        std::string{"\x09\x01\0\0\0\0\0\0\0\x10\x02\x18\x06\x20\x03\x28\x01\x32\x01x", 20}));
    EXPECT_EQ(envelope.spool(), 1U);
    EXPECT_EQ(envelope.seq(), 2U);
    EXPECT_EQ(envelope.t_us(), 3);
    EXPECT_EQ(envelope.clk(), wire::CLOCK_GNSS);
    EXPECT_EQ(envelope.body(), "x");
    EXPECT_EQ(envelope.stream(), wire::STREAM_UNSPECIFIED);
}

// hr 88 alone: a monitor of fewer values.
TEST(OldWriter, AVitalItDoesNotKnowIsNotMeasuredAndNotZero) {
    wire::Vitals vitals;
    ASSERT_TRUE(vitals.ParseFromString(std::string{"\x08\xb0\x01", 3}));
    EXPECT_EQ(vitals.hr_bpm(), 88);
    EXPECT_FALSE(vitals.has_etco2_mmhg());
    EXPECT_FALSE(vitals.has_temp_cdeg());
    EXPECT_EQ(vitals.nibp_t_us(), 0);
}

TEST(OldWriter, AWaveWithoutTheMarkOfASimulatorIsReal) {
    wire::WaveBatch batch;
    ASSERT_TRUE(batch.ParseFromString(std::string{
        "\x09\x01\0\0\0\0\0\0\0\x10\xa0\xc2\x1e\x18\x01\x28\x01\x30\x01\x3a\x01\x02", 22}));
    const auto block = wire::decode_waves(batch);
    ASSERT_TRUE(block) << block.error().message();
    EXPECT_FALSE(block->simulated);
    EXPECT_EQ(block->rate_mhz, 500'000U);
    EXPECT_EQ(block->samples, std::vector<std::int32_t>{1});
}

TEST(OldWriter, AMediaSessionWithoutAnEndIsAStart) {
    wire::MediaSession session;
    ASSERT_TRUE(session.ParseFromString("\x0a\x04s-77"));
    EXPECT_FALSE(session.stop());
    EXPECT_EQ(session.expires_us(), 0);
}

} // namespace
} // namespace ems::test
