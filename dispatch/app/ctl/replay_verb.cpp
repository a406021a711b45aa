// ems-ctl replay: what a vehicle sent in the past, as lines or JSON pages. The reading is audited by the centre.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <memory>

#include <CLI/CLI.hpp>

#include "dispatch/app/ctl/print.h"
#include "dispatch/app/ctl/verbs.h"

namespace ems::ctl {
namespace {

struct Wish {
    std::string what;
    std::string from;
    std::string to;
    std::string stream{"g"};
    std::uint32_t buckets{0};
};

wire::Stream stream_of(const std::string& letter) {
    switch (letter.empty() ? ' ' : letter.front()) {
    case 'a': return wire::STREAM_A;
    case 'v': return wire::STREAM_V;
    case 'w': return wire::STREAM_W;
    default: return wire::STREAM_G;
    }
}

const char* gap_word(api::ReplayGap::Kind kind, Language language) {
    const bool zh = language == Language::chinese;
    switch (kind) {
    case api::ReplayGap::NOT_RECORDED: return zh ? "未记录" : "not recorded";
    case api::ReplayGap::NOT_KEPT: return zh ? "未保留" : "not kept";
    case api::ReplayGap::MISSING: return zh ? "缺失" : "missing";
    default: return zh ? "未知" : "unknown";
    }
}

std::string patient_group_text(wire::PatientGroup group, Language language) {
    const bool zh = language == Language::chinese;
    switch (group) {
    case wire::PATIENT_ADULT: return zh ? "患者组 成人" : "patient group adult";
    case wire::PATIENT_CHILD: return zh ? "患者组 儿童" : "patient group child";
    case wire::PATIENT_INFANT: return zh ? "患者组 婴儿" : "patient group infant";
    default: return zh ? "患者组 按年龄" : "patient group by age";
    }
}

void print_positions(const api::ReplayPage& page) {
    for (const api::ReplayPosition& p : page.positions()) {
        std::printf("%s position %.5f %.5f %.0f km/h%s\n", clock_text(p.t_us()).c_str(), p.position().lat_e7() / 1e7,
                    p.position().lon_e7() / 1e7, p.position().speed_cm_s() * 0.036, p.implausible() ? " implausible" : "");
    }
}

void print_vitals(const api::ReplayPage& page) {
    for (const api::ReplayVitals& v : page.vitals()) {
        std::printf("%s vitals %s\n", clock_text(v.t_us()).c_str(), vitals_text(v.vitals()).c_str());
    }
}

void print_events(const api::ReplayPage& page, Language language) {
    for (const api::ReplayEvent& e : page.events()) {
        std::string text = e.event().event_id();
        if (e.event().has_state()) {
            text = state_name(e.event().state().state(), language);
        } else if (e.event().has_alarm()) {
            text = e.event().alarm().code() + (e.event().alarm().active() ? " on " : " off ") + e.event().alarm().value();
        } else if (e.event().has_patient_group()) {
            text = patient_group_text(e.event().patient_group().group(), language);
        }
        std::printf("%s event %s\n", clock_text(e.t_us()).c_str(), text.c_str());
    }
}

// Of the lead in nanovolts per unit, else (pleth) in units.
void print_waves(const api::ReplayPage& page) {
    for (const api::ReplayWave& w : page.waves()) {
        std::printf("%s wave first=%llu count=%u leads=%03x rate=%.0f Hz\n", clock_text(w.t_us()).c_str(),
                    static_cast<unsigned long long>(w.batch().first_sample()), w.batch().count(), w.batch().lead_mask(),
                    w.batch().rate_mhz() / 1e3);
    }
    for (const api::ReplayTrace& t : page.traces()) {
        const auto low = std::min_element(t.least().begin(), t.least().end());
        const auto high = std::max_element(t.most().begin(), t.most().end());
        if (low == t.least().end() || high == t.most().end()) {
            continue;
        }
        const double scale = t.gain_nv() > 0 ? t.gain_nv() / 1e6 : 1.0;
        std::printf("%s trace lead=%u buckets=%u+%d least=%.3f most=%.3f %s%s%s\n", clock_text(t.t_us()).c_str(), t.lead(),
                    t.first_bucket(), t.least_size(), *low * scale, *high * scale, t.gain_nv() > 0 ? "mV" : "units",
                    t.joined() ? " joined" : "", t.simulated() ? " simulated" : "");
    }
}

void print_gaps(const api::ReplayPage& page, Language language) {
    for (const api::ReplayGap& gap : page.gaps()) {
        std::printf("%s gap to %s %s%s%s", clock_text(gap.from_us()).c_str(), clock_text(gap.to_us()).c_str(),
                    gap_word(gap.kind(), language), gap.reason().empty() ? "" : ": ", gap.reason().c_str());
        if (gap.records() > 0) {
            std::printf(" (%llu)", static_cast<unsigned long long>(gap.records()));
        }
        std::printf("\n");
    }
}

void print_page(const Session& session, const api::ReplayPage& page) {
    if (session.options().json) {
        std::puts(json_text(page).c_str());
        return;
    }
    print_positions(page);
    print_vitals(page);
    print_events(page, session.language());
    print_waves(page);
    print_gaps(page, session.language());
    if (page.corrected() > 0) {
        const double behind_s = static_cast<double>(page.corrected_us()) / 1e6;
        std::printf(session.language() == Language::chinese
                        ? "其中 %llu 条已按中心时钟校正时间（车载时钟%s %.1f 秒）\n"
                        : "%llu of them at a corrected time: the vehicle's clock was %s by %.1f s\n",
                    static_cast<unsigned long long>(page.corrected()),
                    session.language() == Language::chinese ? (behind_s > 0 ? "慢" : "快")
                                                            : (behind_s > 0 ? "behind" : "ahead"),
                    std::abs(behind_s));
    }
    if (page.untimed() > 0) {
        std::printf(session.language() == Language::chinese ? "另有 %llu 条记录时钟无效，不在时间序列中\n"
                                                            : "and %llu records without a believable time\n",
                    static_cast<unsigned long long>(page.untimed()));
    }
}

// All pages of one stretch. The first answer fixes the range, so that all pages divide the same.
void read(Session& session, const Wish& wish, api::Replay request) {
    request.set_stream(stream_of(wish.stream));
    request.set_buckets(wish.buckets);
    for (;;) {
        api::ClientFrame frame;
        *frame.mutable_replay() = request;
        const api::ServerFrame reply = session.ask(frame);
        const api::ReplayPage& page = reply.replay_page();
        print_page(session, page);
        if (!page.has_next()) {
            return;
        }
        request.set_from_us(page.from_us());
        request.set_to_us(page.to_us());
        *request.mutable_after() = page.next();
    }
}

// An incident of the last day by its number, an older one by "#id". 0: it is none.
std::int64_t incident_of(const Session& session, const std::string& name) {
    for (const std::string& tried : {name, "#" + name}) {
        if (const api::Incident* found = session.state().find_incident(tried)) {
            return found->id();
        }
    }
    const bool numbered = name.size() > 1 && name.size() <= 18 && name.front() == '#' &&
                          std::all_of(name.begin() + 1, name.end(), [](char c) { return c >= '0' && c <= '9'; });
    return numbered ? std::stoll(name.substr(1)) : 0;
}

void replay(Session& session, const Wish& wish) {
    api::Replay request;
    request.set_from_us(time_of(wish.from));
    request.set_to_us(time_of(wish.to));
    const std::int64_t incident = incident_of(session, wish.what);
    if (incident == 0) {
        if (request.from_us() == 0 || request.to_us() == 0) {
            throw Stop{2, "a vehicle's replay needs --from and --to"};
        }
        request.set_unit_id(session.unit(wish.what).id());
        read(session, wish, request);
        return;
    }
    api::ClientFrame frame;
    frame.mutable_replay()->set_incident_id(incident);
    const api::ServerFrame parts = session.ask(frame);
    if (session.options().json) {
        std::puts(json_text(parts.replay_page()).c_str());
    }
    for (const api::ReplayPart& part : parts.replay_page().parts()) {
        if (!session.options().json) {
            std::printf("# %s  %s - %s  %s\n", part.vid().empty() ? "-" : part.vid().c_str(),
                        clock_text(part.from_us()).c_str(), clock_text(part.to_us()).c_str(),
                        part.archive().empty() ? "-" : part.archive().c_str());
        }
        if (!part.vid().empty()) {
            request.set_assignment_id(part.assignment_id());
            read(session, wish, request);
        }
    }
}

} // namespace

void add_replay(CLI::App& app, Deed& chosen) {
    const auto wish = std::make_shared<Wish>();
    CLI::App* const verb = app.add_subcommand("replay", "what a vehicle sent in the past; the reading is audited");
    verb->add_option("what", wish->what, "incident (number, or #id of an older one) or vehicle (unit)")->required();
    verb->add_option("--from", wish->from, std::string{kTimeForm} + "; of an incident: from the order on");
    verb->add_option("--to", wish->to, "the same; of an incident: to the end of the task");
    verb->add_option("--stream", wish->stream, "g positions, v vitals, w waves, a events")
        ->capture_default_str()
        ->check(CLI::IsMember({"g", "v", "w", "a"}));
    verb->add_option("--buckets", wish->buckets, "waves as least and greatest of so many parts; 0: as they were sent")
        ->capture_default_str()
        ->check(CLI::Range(0, 10'000));
    verb->callback([&chosen, wish] { chosen = [wish](Session& session) { replay(session, *wish); }; });
}

} // namespace ems::ctl
