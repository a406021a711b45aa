// Text for the screen of the JT/T 808 terminal in a unit's vehicle.
#include "dispatch/service/verbs.h"

#include <fmt/format.h>

#include "dispatch/store/terminals.h"
#include "telemetry/seal/random.h"
#include "telemetry/wire/gbk.h"

namespace ems::dispatch {
namespace {

// A frame holds 1021; what a driver is to take in is shorter.
constexpr std::size_t kTextGbkBytesMax = 500;
constexpr std::uint32_t kLifeS = 300;
constexpr std::uint32_t kLifeMinS = 10;
constexpr std::uint32_t kLifeMaxS = 86'400;
constexpr std::size_t kTextsShown = 20;

Result<void> check(const api::SendTerminalText& in) {
    const auto gbk = wire::utf8_to_gbk(in.text());
    if (!gbk) {
        return fail(Code::terminal_text_invalid, "text: a control character, or one that the terminals' GBK lacks");
    }
    if (gbk->empty() || gbk->size() > kTextGbkBytesMax) {
        return fail(Code::terminal_text_invalid, fmt::format("text: 1 to {} bytes of GBK", kTextGbkBytesMax));
    }
    if (in.life_s() != 0 && (in.life_s() < kLifeMinS || in.life_s() > kLifeMaxS)) {
        return fail(Code::out_of_range, fmt::format("life_s: {} to {}", kLifeMinS, kLifeMaxS));
    }
    return {};
}

api::TerminalText to_message(const TerminalTextRow& row) {
    api::TerminalText out;
    out.set_text_id(row.id);
    out.set_text(row.text);
    out.set_emergency(row.emergency);
    out.set_created_us(row.created_us);
    out.set_expires_us(row.expires_us);
    out.set_created_by(row.created_by);
    out.set_sent_us(row.sent_us);
    out.set_sends(row.sends);
    out.set_answered_us(row.answered_us);
    out.set_result(row.result);
    return out;
}

} // namespace

Task<api::ServerFrame> Verbs::send_terminal_text(const Call& call) {
    const api::SendTerminalText& in = call.frame.send_terminal_text();
    const Track* track = c_.fleet->by_unit({in.unit_id()});
    if (track == nullptr || track->info.vid.empty()) {
        co_return fail(Code::no_vehicle);
    }
    if (auto valid = check(in); !valid) {
        co_return Failure{valid.error()};
    }
    if (in.incident_id() != 0 && c_.centre.world().incident({in.incident_id()}) == nullptr) {
        co_return fail(Code::no_such_incident);
    }
    TerminalTextRow row;
    row.id = seal::uuid_text();
    row.vid = track->info.vid;
    row.emergency = in.emergency();
    row.text = in.text();
    row.incident = in.incident_id();
    row.created_by = call.user.name;
    api::ServerFrame reply;
    reply.mutable_terminal_text_taken()->set_text_id(row.id);
    StoreKey key{call.user.name, call.frame.idempotency_key(), call.request_hash, reply.SerializeAsString()};
    const std::chrono::seconds life{in.life_s() == 0 ? kLifeS : in.life_s()};
    auto lease = co_await c_.pool.acquire();
    if (!lease) {
        co_return Failure{lease.error()};
    }
    auto added = co_await add_terminal_text(**lease, call.term, std::move(key), std::move(row), life);
    if (!added && added.error().code == Code::term_stale) {
        co_return fail(Code::not_leader);
    }
    if (!added) {
        co_return added.error().code == Code::not_found ? fail(Code::no_terminal) : Failure{added.error()};
    }
    co_return reply;
}

Task<api::ServerFrame> Verbs::terminal_texts(api::GetTerminalTexts request) {
    const Track* track = c_.fleet->by_unit({request.unit_id()});
    if (track == nullptr || track->info.vid.empty()) {
        co_return fail(Code::no_vehicle);
    }
    std::string vid = track->info.vid;   // the track may be gone after a wait
    auto lease = co_await c_.pool.acquire();
    if (!lease) {
        co_return Failure{lease.error()};
    }
    auto rows = co_await dispatch::terminal_texts(**lease, std::move(vid), kTextsShown);
    if (!rows) {
        co_return Failure{rows.error()};
    }
    api::ServerFrame reply;
    reply.mutable_terminal_texts();
    for (const TerminalTextRow& row : *rows) {
        *reply.mutable_terminal_texts()->add_texts() = to_message(row);
    }
    co_return reply;
}

} // namespace ems::dispatch
