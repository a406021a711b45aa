// What reaches a vehicle from the centre and from the crew's terminal, and the file of a terminal.
// The first byte says who speaks; a command is also tried behind a signature that holds, so that damage reaches its body.
#include <memory>

#include "telemetry/base/assert.h"
#include "telemetry/base/log.h"
#include "telemetry/wire/caller_phone.h"
#include "tests/fuzz/fuzz_target.h"
#include "tests/support/fake_clock.h"
#include "tests/telemetry/wire/golden_messages.h"
#include "vehicle/agent/crew_desk.h"
#include "vehicle/terminal/press_box.h"

namespace {

using namespace ems;
using namespace ems::vehicle;

constexpr const char* kSigned = "signed";

// A vehicle whose spool lives in memory and for one input.
struct Board {
    Board() : spool(Spool::open({.path = ":memory:"}, clock).value()) {}
    test::FakeClock clock;
    std::unique_ptr<Spool> spool;
    CrewDesk desk{
        *spool, VehicleId::parse("amb-1").value(),
        [](std::string_view, std::string_view signature) { return signature == kSigned; }};
    [[nodiscard]] Moment now() const {
        return {clock.device_now(), wire::CLOCK_GNSS, clock.server_now(), clock.ticks()};
    }
};

void fuzz_command(Board& board, std::string_view bytes) {
    board.desk.take_command(bytes, board.now());
    board.spool->commit();
    EMS_ASSERT(!board.desk.status().has_order() || bytes.find(kSigned) != std::string_view::npos);
    wire::Command command;
    command.set_payload(std::string{bytes});
    command.set_signature(kSigned);
    const std::string whole = command.SerializeAsString();
    board.desk.take_command(whole, board.now());
    board.spool->commit();
    const std::string& caller = board.desk.status().order().caller_phone();
    EMS_ASSERT(caller.empty() || wire::is_caller_phone(caller));
    const std::uint64_t events = board.spool->status(wire::STREAM_A).last_seq;
    board.desk.take_command(whole, board.now()); // a repeat is acknowledged at most once in 5 s
    board.spool->commit();
    EMS_ASSERT(board.spool->status(wire::STREAM_A).last_seq <= events + 1);
}

void fuzz_crew(Board& board, std::string_view bytes) {
    CrewRequest request;
    if (!request.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
        return;
    }
    if (request.has_press()) {
        static_cast<void>(board.desk.press(request.press(), nullptr, board.now()));
    } else if (request.has_answer()) {
        static_cast<void>(board.desk.answer(request.answer(), board.now()));
    }
    for (const Record& record : board.spool->commit().records) {
        wire::Envelope envelope;
        wire::Event event;
        EMS_ASSERT(envelope.ParseFromString(record.envelope));
        EMS_ASSERT(event.ParseFromString(envelope.body()) && !event.event_id().empty());
    }
}

void fuzz_acknowledgement(Board& board, std::string_view bytes) {
    wire::Ack ack;
    if (!ack.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
        return;
    }
    for (int i = 0; i < 3; ++i) {
        static_cast<void>(board.spool->append({.stream = wire::STREAM_G, .t_us = 1, .body = "x"}));
    }
    board.spool->commit();
    const bool foreign = ack.spool() != board.spool->identity();
    board.spool->acknowledge(ack);
    board.spool->commit();
    EMS_ASSERT(!foreign || board.spool->unacked_count(wire::STREAM_G) == 3);
    ack.set_spool(board.spool->identity());
    board.spool->acknowledge(ack);
    board.spool->commit();
    EMS_ASSERT(board.spool->unacked_count(wire::STREAM_G) <= 3);
}

// The file in which a terminal keeps what was pressed; what is read of it is kept as it was read.
void fuzz_press_file(std::string_view bytes) {
    const terminal::MachineTime now{5'000'000, 1'774'000'000'000, "boot-2"};
    const terminal::PressBox box = terminal::PressBox::from_bytes(bytes, now);
    EMS_ASSERT(box.size() <= terminal::kPressesMax);
    CrewRequest oldest;
    EMS_ASSERT(box.front(now.ticks_ms, &oldest) == (box.size() > 0));
    EMS_ASSERT(terminal::PressBox::from_bytes(box.bytes(now), now).size() == box.size());
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    log::set_level(log::Level::error);
    if (size == 0) {
        return 0;
    }
    Board board;
    const std::string_view bytes{reinterpret_cast<const char*>(data) + 1, size - 1};
    switch (data[0] % 4) {
    case 0:
        fuzz_command(board, bytes);
        break;
    case 1:
        fuzz_crew(board, bytes);
        break;
    case 2:
        fuzz_acknowledgement(board, bytes);
        break;
    default:
        fuzz_press_file(bytes);
        break;
    }
    return 0;
}

std::vector<std::string> ems::test::fuzz_seeds() {
    std::vector<std::string> seeds;
    for (const GoldenMessage& golden : golden_messages()) {
        const std::string type = golden.message->GetTypeName();
        const std::string bytes = golden.message->SerializeAsString();
        if (type == "ems.wire.Command" || type == "ems.wire.CommandBody") {
            seeds.push_back(std::string(1, '\0') + bytes);
        } else if (type == "ems.wire.Ack") {
            seeds.push_back("\x02" + bytes);
        }
    }
    wire::CommandBody body;
    body.set_id("00010203-0405-4607-8809-0a0b0c0d0e0f");
    body.set_vid("amb-1");
    body.set_term(1);
    body.set_unit_seq(1);
    body.set_issued_us(1'773'830'530'000'000);
    body.set_expires_us(1'773'830'590'000'000);
    body.mutable_dispatch()->set_incident_id(34);
    body.mutable_dispatch()->set_assignment_id(5);
    seeds.push_back(std::string(1, '\0') + body.SerializeAsString());
    body.mutable_dispatch()->set_caller_phone("13912343462");
    seeds.push_back(std::string(1, '\0') + body.SerializeAsString());
    body.mutable_dispatch()->set_caller_phone("139 1234\n3462");
    seeds.push_back(std::string(1, '\0') + body.SerializeAsString());
    vehicle::CrewRequest press;
    press.mutable_press()->set_event_id("press-1");
    press.mutable_press()->set_state(wire::UNIT_EN_ROUTE);
    seeds.push_back("\x01" + press.SerializeAsString());
    vehicle::CrewRequest answer;
    answer.mutable_answer()->set_event_id("answer-1");
    answer.mutable_answer()->set_command_id(body.id());
    seeds.push_back("\x01" + answer.SerializeAsString());
    terminal::PressBox box;
    static_cast<void>(box.add(press, 1'000));
    static_cast<void>(box.add(answer, 2'000));
    seeds.push_back("\x03" + box.bytes({3'000, 1'773'999'000'000, "boot-1"}));
    return seeds;
}
