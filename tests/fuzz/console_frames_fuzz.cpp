// What a desk hears from the server, fed to its copy of the state; and what a server hears from a
// desk, as bytes become a message.
#include "dispatch/client/mirror.h"
#include "telemetry/base/assert.h"
#include "tests/fuzz/fuzz_target.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace ems;
    if (size == 0) {
        return 0;
    }
    const auto parse = [&](auto& message) {
        return message.ParseFromArray(data + 1, static_cast<int>(size - 1));
    };
    if (data[0] % 2 == 1) {
        if (api::ClientFrame frame; parse(frame)) {
            api::ClientFrame again;
            EMS_ASSERT(again.ParseFromString(frame.SerializeAsString()));
        }
        return 0;
    }
    client::Mirror mirror;
    api::ServerFrame frame;
    if (!parse(frame)) {
        return 0;
    }
    if (frame.has_snapshot()) {
        mirror.apply(frame.snapshot());
        EMS_ASSERT(mirror.ready() && mirror.seq() == frame.snapshot().seq());
    }
    if (frame.has_delta()) {
        EMS_ASSERT(mirror.apply(frame.delta()) == client::Applied::before_snapshot);
        mirror.apply(api::Snapshot{});
        const std::uint64_t seq = mirror.seq();
        const client::Applied applied = mirror.apply(frame.delta());
        EMS_ASSERT(applied == client::Applied::yes || mirror.seq() == seq);
    }
    if (frame.has_live()) {
        mirror.apply(frame.live());
        mirror.apply(frame.live()); // a repeat changes nothing
    }
    static_cast<void>(mirror.find_unit("3"));
    static_cast<void>(mirror.find_incident("#17"));
    return 0;
}

std::vector<std::string> ems::test::fuzz_seeds() {
    api::ServerFrame snapshot;
    snapshot.mutable_snapshot()->set_seq(7);
    snapshot.mutable_snapshot()->add_units()->set_id(3);
    snapshot.mutable_snapshot()->add_incidents()->set_id(17);
    api::ServerFrame delta;
    delta.mutable_delta()->set_seq(1);
    delta.mutable_delta()->add_units()->set_id(4);
    api::ServerFrame live;
    live.mutable_live()->add_positions()->set_unit_id(3);
    api::ClientFrame call;
    call.set_idempotency_key("k");
    call.mutable_new_call()->set_complaint("胸痛");
    call.mutable_new_call()->set_level(1);
    const std::string zero(1, '\0');
    return {zero + snapshot.SerializeAsString(), zero + delta.SerializeAsString(),
            zero + live.SerializeAsString(), "\x01" + call.SerializeAsString()};
}
