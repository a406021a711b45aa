// ems-ctl recordings, cases and cameras: what was recorded of a case, its files, which cases there were, who sends pictures.
#include <cstdio>
#include <fstream>
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
    std::string kind{"video"};
    std::string file;
};

const char* kind_word(api::Recording::Kind kind, Language language) {
    const bool zh = language == Language::chinese;
    switch (kind) {
    case api::Recording::VIDEO: return zh ? "视频" : "video";
    case api::Recording::VOICE: return zh ? "语音" : "voice";
    case api::Recording::SNAPSHOT: return zh ? "抓图" : "snapshot";
    case api::Recording::GAP: return zh ? "缺口" : "gap";
    default: return "?";
    }
}

void recordings(Session& session, const Wish& wish) {
    api::ClientFrame frame;
    frame.mutable_get_recordings()->set_incident_id(session.incident_id(wish.what));
    const api::ServerFrame reply = session.ask(frame);
    if (session.options().json) {
        std::puts(json_text(reply.recordings()).c_str());
        return;
    }
    for (const api::Recording& r : reply.recordings().recordings()) {
        std::printf("%s - %s  %s  %s %s  %llu B  %s%s\n", clock_text(r.first_us()).c_str(), clock_text(r.last_us()).c_str(),
                    kind_word(r.kind(), session.language()), r.vid().c_str(), r.camera().c_str(),
                    static_cast<unsigned long long>(r.bytes()), r.id().c_str(),
                    r.by().empty() ? "" : ("  " + r.by()).c_str());
    }
}

void save(Session& session, const Wish& wish) {
    std::ofstream out{wish.file, std::ios::binary};
    api::ClientFrame frame;
    api::ReadRecording& read = *frame.mutable_read_recording();
    read.set_kind(wish.kind == "voice"      ? api::Recording::VOICE
                  : wish.kind == "snapshot" ? api::Recording::SNAPSHOT
                                            : api::Recording::VIDEO);
    read.set_id(wish.what);
    for (;;) {
        const api::ServerFrame reply = session.ask(frame);
        const api::RecordingPart& part = reply.recording_part();
        out.write(part.data().data(), static_cast<std::streamsize>(part.data().size()));
        read.set_offset(read.offset() + part.data().size());
        if (part.data().empty() || read.offset() >= part.total()) {
            break;
        }
    }
    if (!out.flush()) {
        throw Stop{1, "cannot write " + wish.file};
    }
}

void cases(Session& session, const Wish& wish) {
    api::ClientFrame frame;
    frame.mutable_find_cases()->set_from_us(time_of(wish.from));
    frame.mutable_find_cases()->set_to_us(time_of(wish.to));
    const api::ServerFrame reply = session.ask(frame);
    if (session.options().json) {
        std::puts(json_text(reply.cases()).c_str());
        return;
    }
    for (const api::Incident& incident : reply.cases().incidents()) {
        print_incident(incident);
    }
}

void cameras(Session& session) {
    api::ClientFrame frame;
    frame.mutable_get_cameras();
    const api::ServerFrame reply = session.ask(frame);
    if (session.options().json) {
        std::puts(json_text(reply.cameras()).c_str());
        return;
    }
    for (const api::Camera& camera : reply.cameras().cameras()) {
        std::printf("%lld  %s\n", static_cast<long long>(camera.unit_id()), camera.camera().c_str());
    }
}

} // namespace

void add_recordings(CLI::App& app, Deed& chosen) {
    const auto wish = std::make_shared<Wish>();
    CLI::App* const list = app.add_subcommand("recordings", "what was recorded of a case");
    list->add_option("case", wish->what, "incident: number, or #id of an older one")->required();
    list->callback([&chosen, wish] { chosen = [wish](Session& session) { recordings(session, *wish); }; });
    CLI::App* const fetch = app.add_subcommand("fetch", "a recording's file; the reading is audited");
    fetch->add_option("id", wish->what, "as `recordings` prints it")->required();
    fetch->add_option("file", wish->file, "where it is written")->required();
    fetch->add_option("--kind", wish->kind, "what it is")
        ->capture_default_str()
        ->check(CLI::IsMember({"video", "voice", "snapshot"}));
    fetch->callback([&chosen, wish] { chosen = [wish](Session& session) { save(session, *wish); }; });
    CLI::App* const find = app.add_subcommand("cases", "cases of the past, newest first");
    find->add_option("--from", wish->from, kTimeForm)->required();
    find->add_option("--to", wish->to, "the same, at most 31 days later")->required();
    find->callback([&chosen, wish] { chosen = [wish](Session& session) { cases(session, *wish); }; });
    CLI::App* const live = app.add_subcommand("cameras", "cameras that send now, by unit");
    live->callback([&chosen] { chosen = [](Session& session) { cameras(session); }; });
}

} // namespace ems::ctl
