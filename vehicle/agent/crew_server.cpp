#include "vehicle/agent/crew_server.h"

#include <array>
#include <deque>
#include <filesystem>
#include <optional>
#include <set>
#include <sys/stat.h>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <fmt/format.h>

#include "telemetry/base/log.h"
#include "vehicle/agent/limits.h"

namespace ems::vehicle {

namespace asio = boost::asio;
using boost::system::error_code;
using Stream = asio::local::stream_protocol;

namespace {

// Which file stands at a path now.
struct FileId {
    dev_t device{};
    ino_t inode{};
    bool operator==(const FileId&) const = default;
};

std::optional<FileId> file_at(const std::string& path) {
    struct stat found {};
    if (::lstat(path.c_str(), &found) != 0) {
        return std::nullopt;
    }
    return FileId{found.st_dev, found.st_ino};
}

std::string frame_of(const CrewUpdate& update) {
    const std::string body = update.SerializeAsString();
    std::string frame;
    for (int shift = 24; shift >= 0; shift -= 8) {
        frame.push_back(static_cast<char>(body.size() >> shift & 0xff));
    }
    return frame + body;
}

class Session : public std::enable_shared_from_this<Session> {
  public:
    Session(Stream::socket socket, const CrewServer::Handle& handle,
            std::function<void(Session*)> ended)
        : socket_(std::move(socket)), handle_(handle), ended_(std::move(ended)) {}

    void read() {
        asio::async_read(socket_, asio::buffer(length_),
                         [self = shared_from_this()](error_code error, std::size_t) {
                             if (error || self->closed_) {
                                 self->close();
                             } else {
                                 self->read_body();
                             }
                         });
    }

    void send(const CrewUpdate& update) {
        if (closed_) {
            return;
        }
        if (unsent_.size() >= kCrewBacklogMax) {
            EMS_LOG(warn, "crew", "a terminal does not read and is cut off");
            close();
            return;
        }
        unsent_.push_back(frame_of(update));
        if (unsent_.size() == 1) {
            write();
        }
    }

    void close() {
        if (!closed_) {
            closed_ = true;
            error_code ignored;
            socket_.close(ignored);
            let_go();
            ended_(this);
        }
    }

    [[nodiscard]] bool greeted() const { return greeted_; }
    [[nodiscard]] std::size_t unsent() const { return unsent_.size(); }

  private:
    void read_body() {
        std::size_t size = 0;
        for (const unsigned char byte : length_) {
            size = size << 8U | byte;
        }
        if (size > kCrewFrameMax) {
            close();
            return;
        }
        body_.resize(size);
        asio::async_read(socket_, asio::buffer(body_),
                         [self = shared_from_this()](error_code error, std::size_t) {
                             if (error || self->closed_) {
                                 self->close();
                             } else {
                                 self->take();
                             }
                         });
    }

    void take() {
        CrewRequest request;
        if (!request.ParseFromString(body_)) {
            close();
            return;
        }
        greeted_ = greeted_ || request.has_hello();
        if (request.has_talk()) {
            talks_ = request.talk().key() != TalkKey::RELEASED;
        }
        CrewUpdate reply = handle_(request);
        reply.set_reply_to(request.request());
        send(reply);
        if (!closed_) {
            read();
        }
    }

    // Nobody is there any more to lift the finger: the cabin's microphone would stay open.
    void let_go() {
        if (std::exchange(talks_, false)) {
            CrewRequest release;
            release.mutable_talk()->set_key(TalkKey::RELEASED);
            handle_(release);
        }
    }

    void write() {
        asio::async_write(socket_, asio::buffer(unsent_.front()),
                          [self = shared_from_this()](error_code error, std::size_t) {
                              if (error || self->closed_) {
                                  self->close();
                                  return;
                              }
                              self->unsent_.pop_front();
                              if (!self->unsent_.empty()) {
                                  self->write();
                              }
                          });
    }

    Stream::socket socket_;
    const CrewServer::Handle& handle_;
    std::function<void(Session*)> ended_;
    std::array<unsigned char, 4> length_{};
    std::string body_;
    std::deque<std::string> unsent_;
    bool greeted_{false};
    bool talks_{false};
    bool closed_{false};
};

} // namespace

class CrewServer::Body : public std::enable_shared_from_this<CrewServer::Body> {
  public:
    Body(asio::io_context& io, std::string path, Handle handle)
        : io_(io), path_(std::move(path)), handle_(std::move(handle)), acceptor_(io) {}

    Result<void> start() {
        error_code error;
        Stream::socket probe{io_};
        probe.connect(Stream::endpoint{path_}, error);
        if (!error) {
            return fail(Code::busy, fmt::format("another process listens on {}", path_));
        }
        std::error_code ignored;
        if (std::filesystem::is_socket(path_, ignored)) {
            std::filesystem::remove(path_, ignored);
        }
        acceptor_.open(Stream{}, error);
        if (!error) {
            acceptor_.bind(Stream::endpoint{path_}, error);
        }
        if (!error) {
            bound_ = file_at(path_);
            acceptor_.listen(8, error);
        }
        if (error) {
            return fail(Code::io, fmt::format("cannot listen on {}: {}", path_, error.message()));
        }
        ::chmod(path_.c_str(), 0660);
        accept();
        return {};
    }

    void stop() {
        stopped_ = true;
        // Only the file it made itself: the path may hold another process's socket by now, or,
        // after a start that failed, anything. Before closing, which would set the inode's number
        // free.
        if (bound_ && file_at(path_) == bound_) {
            std::error_code gone;
            std::filesystem::remove(path_, gone);
        }
        bound_.reset();
        error_code ignored;
        acceptor_.close(ignored);
        for (const auto& session : std::set{sessions_}) {
            session->close();
        }
    }

    void broadcast(const CrewUpdate& update) {
        for (const auto& session : std::set{sessions_}) {
            if (session->greeted()) {
                session->send(update);
            }
        }
    }

    void broadcast_live(const CrewUpdate& update) {
        for (const auto& session : std::set{sessions_}) {
            if (session->greeted() && session->unsent() < kCrewTraceBacklogMax) {
                session->send(update);
            }
        }
    }

  private:
    void accept() {
        acceptor_.async_accept([self = shared_from_this()](error_code error,
                                                           Stream::socket socket) {
            if (self->stopped_ || error == asio::error::operation_aborted) {
                return;
            }
            if (!error && self->sessions_.size() < kCrewSessionsMax) {
                auto session = std::make_shared<Session>(
                    std::move(socket), self->handle_,
                    [weak = self->weak_from_this()](Session* ended) {
                        if (const auto body = weak.lock()) {
                            std::erase_if(body->sessions_,
                                          [ended](const auto& one) { return one.get() == ended; });
                        }
                    });
                self->sessions_.insert(session);
                session->read();
            }
            self->accept();
        });
    }

    asio::io_context& io_;
    const std::string path_;
    const Handle handle_;
    Stream::acceptor acceptor_;
    std::optional<FileId> bound_;
    std::set<std::shared_ptr<Session>> sessions_;
    bool stopped_{false};
};

CrewServer::CrewServer(asio::io_context& io, std::string path, Handle handle)
    : body_(std::make_shared<Body>(io, std::move(path), std::move(handle))) {}

CrewServer::~CrewServer() {
    stop();
}

Result<void> CrewServer::start() {
    return body_->start();
}
void CrewServer::stop() {
    body_->stop();
}
void CrewServer::broadcast(const CrewUpdate& update) {
    body_->broadcast(update);
}
void CrewServer::broadcast_live(const CrewUpdate& update) {
    body_->broadcast_live(update);
}

} // namespace ems::vehicle
