#include <memory>

#include <CLI/CLI.hpp>

#include "dispatch/app/admin/commands.h"
#include "dispatch/app/admin/pki.h"

namespace ems::admin {
namespace {

struct Arguments {
    std::string dir;
    std::string cn;
    std::int64_t days{730};
    bool force{false};
};

} // namespace

void add_pki(CLI::App& app) {
    const auto arguments = std::make_shared<Arguments>();
    CLI::App* const pki = app.add_subcommand("pki", "the centre's certificates and keys");
    pki->require_subcommand(1);

    CLI::App* const init = pki->add_subcommand("init", "make the authority, command key and data key");
    init->add_option("--dir", arguments->dir, "folder")->required();
    init->add_flag("--force", arguments->force,
                   "throw the present authority and keys away; every certificate must be issued again");
    init->callback([arguments] {
        must(pki_init(arguments->dir, arguments->force ? Existing::replace : Existing::keep));
    });

    CLI::App* const issue = pki->add_subcommand("issue", "issue a certificate (kept while it is good)");
    issue->add_option("--dir", arguments->dir, "folder")->required();
    issue->add_option("--cn", arguments->cn, "common name, e.g. amb-fc01")->required();
    issue->add_option("--days", arguments->days, "validity")->check(CLI::Range(1, 3650));
    issue->callback([arguments] {
        must(pki_issue(arguments->dir, arguments->cn, arguments->days));
    });

    CLI::App* const revoke = pki->add_subcommand("revoke", "put a name's certificates on ca.crl");
    revoke->add_option("--dir", arguments->dir, "folder")->required();
    revoke->add_option("--cn", arguments->cn, "common name")->required();
    revoke->callback([arguments] { must(pki_revoke(arguments->dir, arguments->cn)); });
}

} // namespace ems::admin
