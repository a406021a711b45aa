#include "console/widgets/connection_words.h"

#include "console/widgets/words.h"

#include <string>

#include <QLocale>

namespace ems::console {

using client::ConnectCause;
using client::ConnectStep;
using client::ConnectTrial;
using client::TrialState;

namespace {

// The server's own refusals that a person can act on.
bool is_of_the_user(const ConnectTrial& trial) {
    return trial.cause == ConnectCause::answered && trial.step == ConnectStep::log_in;
}

} // namespace

QString ConnectionWords::step(ConnectStep step) {
    switch (step) {
    case ConnectStep::files:
        return tr("this desk's certificate");
    case ConnectStep::name:
        return tr("server's name");
    case ConnectStep::tcp:
        return tr("network");
    case ConnectStep::tls:
        return tr("certificates");
    case ConnectStep::protocol:
        return tr("dispatch service");
    case ConnectStep::log_in:
        return tr("log-in");
    case ConnectStep::state:
        return tr("leads, shows its state");
    }
    return {};
}

QString ConnectionWords::cause(const ConnectTrial& trial) {
    switch (trial.state == TrialState::failed ? trial.cause : ConnectCause::none) {
    case ConnectCause::none:
        return {};
    case ConnectCause::timed_out:
        return tr("No answer in time");
    case ConnectCause::file_unusable:
        return qs(trial.error.detail);
    case ConnectCause::address_malformed:
        return tr("“%1” is not HOST:PORT").arg(qs(trial.server));
    case ConnectCause::name_unknown:
        return tr("This name has no address");
    case ConnectCause::nobody_listens:
        return tr("The machine is there, but no dispatch server runs on it");
    case ConnectCause::unreachable:
        return tr("There is no way to this machine");
    case ConnectCause::closed:
        return tr("The other side hung up");
    case ConnectCause::server_untrusted:
        return tr("The server's certificate is not of this centre's authority");
    case ConnectCause::server_name_differs:
        return tr("The server's certificate is for another name");
    case ConnectCause::server_expired:
        return tr("The server's certificate has expired");
    case ConnectCause::server_not_yet_valid:
        return tr("The server's certificate is not valid yet");
    case ConnectCause::we_expired:
        return tr("This desk's certificate has expired");
    case ConnectCause::we_are_refused:
        return tr("The server refuses this desk's certificate");
    case ConnectCause::not_the_centre:
        return tr("What answers there is not a dispatch server");
    case ConnectCause::answered: {
        const bool zh = QLocale().language() == QLocale::Chinese;
        return qs(std::string{zh ? code_text_zh(trial.error.code) : code_text_en(trial.error.code)});
    }
    case ConnectCause::silent:
        return tr("Nothing was heard from it for 4 s");
    case ConnectCause::other_world:
        return tr("One of the two is a drill: this desk has shown the other world");
    }
    return {};
}

QString ConnectionWords::advice(const ConnectTrial& trial) {
    if (trial.state != TrialState::failed) {
        return {};
    }
    if (is_of_the_user(trial)) {
        return tr("Type user and password again; a locked account is opened by the administrator (ems-admin)");
    }
    switch (trial.cause) {
    case ConnectCause::file_unusable:
        return tr("pki.ca, pki.certificate and pki.key of the configuration name the files; ems-admin pki issue makes them");
    case ConnectCause::address_malformed:
        return tr("Write the address and the port, for example 10.0.0.5:8443");
    case ConnectCause::name_unknown:
        return tr("Look for a typing mistake, or write the address in digits");
    case ConnectCause::nobody_listens:
        return tr("Is it the right port? On the server: systemctl status ems-dispatchd");
    case ConnectCause::timed_out:
    case ConnectCause::unreachable:
        return tr("Is the network cable in? Can another desk reach the server? A firewall may be in the way");
    case ConnectCause::server_not_yet_valid:
    case ConnectCause::server_expired:
    case ConnectCause::we_expired:
        return tr("Is this machine's clock right? Else ems-admin pki issue makes a new certificate");
    case ConnectCause::server_untrusted:
    case ConnectCause::server_name_differs:
        return tr("Do not go on: this may be another centre's server, or somebody between. Tell the administrator");
    case ConnectCause::we_are_refused:
        return tr("It may have been revoked. The administrator issues another one");
    case ConnectCause::not_the_centre:
        return tr("Is it the right port?");
    case ConnectCause::other_world:
        return tr("Start another console for it; take it out of server.addresses here");
    case ConnectCause::answered:
        return trial.step == ConnectStep::state ? tr("The desk goes on asking; another server may lead") : QString{};
    case ConnectCause::closed:
    case ConnectCause::silent:
        return tr("The desk goes on trying by itself");
    case ConnectCause::none:
        break;
    }
    return {};
}

} // namespace ems::console
