#include <filesystem>
#include <fstream>
#include <regex>
#include <set>

#include <gtest/gtest.h>

#include "telemetry/seal/data_key.h"
#include "telemetry/seal/key_file.h"
#include "telemetry/seal/mac_key.h"
#include "telemetry/seal/password.h"
#include "telemetry/seal/random.h"
#include "telemetry/seal/signature.h"
#include "tests/support/temp_dir.h"

namespace ems::seal {
namespace {

struct DataKeyTest : testing::Test {
    test::TempDir dir;
    std::string path = (dir.path() / "data.key").string();
    DataKey make() {
        EXPECT_TRUE(DataKey::make_file(path));
        return DataKey::load(path).value();
    }
};

TEST_F(DataKeyTest, OpensWhatItSealed) {
    const DataKey key = make();
    const std::string sealed = key.seal("张三 13900003462", "patient.name.7").value();
    EXPECT_EQ(sealed.find("13900003462"), std::string::npos);
    EXPECT_EQ(key.open(sealed, "patient.name.7").value(), "张三 13900003462");
    EXPECT_EQ(key.open(key.seal("", "c").value(), "c").value(), "");
}

TEST_F(DataKeyTest, SealsEqualValuesDifferently) {
    const DataKey key = make();
    EXPECT_NE(key.seal("same", "c").value(), key.seal("same", "c").value());
}

TEST_F(DataKeyTest, RefusesEveryFlippedBitAndAnotherContext) {
    const DataKey key = make();
    const std::string sealed = key.seal("value", "patient.phone.1").value();
    for (std::size_t i = 0; i < sealed.size(); ++i) {
        std::string broken = sealed;
        broken[i] = static_cast<char>(broken[i] ^ 1);
        ASSERT_FALSE(key.open(broken, "patient.phone.1")) << "byte " << i;
    }
    EXPECT_FALSE(key.open(sealed, "patient.phone.2"));
    EXPECT_FALSE(key.open(sealed.substr(0, sealed.size() - 1), "patient.phone.1"));
    EXPECT_EQ(key.open("", "c").error().code, Code::seal);
    EXPECT_FALSE(key.seal(std::string(DataKey::kPlainSizeMax + 1, 'x'), "c"));
}

TEST_F(DataKeyTest, AnotherKeyOpensNothingAndIndexesOtherwise) {
    const DataKey first = make();
    const std::string sealed = first.seal("value", "c").value();
    const DataKey second = make();
    EXPECT_FALSE(second.open(sealed, "c"));
    EXPECT_NE(first.blind_index("value", "c"), second.blind_index("value", "c"));
}

TEST_F(DataKeyTest, BlindIndexIsStableAndSeparatesContexts) {
    const DataKey key = make();
    EXPECT_EQ(key.blind_index("139", "phone"), DataKey::load(path)->blind_index("139", "phone"));
    EXPECT_EQ(key.blind_index("139", "phone").size(), 32U);
    EXPECT_NE(key.blind_index("139", "phone"), key.blind_index("139", "name"));
    EXPECT_NE(key.blind_index("c", "ab"), key.blind_index("bc", "a"));
}

TEST_F(DataKeyTest, RefusesAKeyOthersMayReadAndADamagedOne) {
    make();
    std::filesystem::permissions(path, std::filesystem::perms{0640});
    EXPECT_EQ(DataKey::load(path).error().code, Code::io);
    EXPECT_TRUE(write_private_file(path, "00ff\n"));
    EXPECT_EQ(DataKey::load(path).error().code, Code::corrupt);
    std::filesystem::remove(path);
    EXPECT_EQ(DataKey::load(path).error().code, Code::io);
}

TEST(SignatureTest, VerifiesOnlyTheSignedMessage) {
    const test::TempDir dir;
    const std::string secret = (dir.path() / "command.key").string();
    const std::string open = (dir.path() / "command.pub").string();
    ASSERT_TRUE(SigningKey::make_files(secret, open));
    const SigningKey signer = SigningKey::load(secret).value();
    const VerifyKey verifier = VerifyKey::load(open).value();
    std::string signature = signer.sign("order 17");
    EXPECT_EQ(signature.size(), kSignatureSize);
    EXPECT_TRUE(verifier.verify("order 17", signature));
    EXPECT_FALSE(verifier.verify("order 18", signature));
    signature[5] = static_cast<char>(signature[5] ^ 4);
    EXPECT_FALSE(verifier.verify("order 17", signature));
    EXPECT_FALSE(verifier.verify("order 17", ""));
}

TEST(PasswordTest, VerifiesOnlyTheRightPassword) {
    const std::string hash = hash_password("correct horse").value();
    EXPECT_EQ(hash.rfind("$argon2id$", 0), 0U);
    EXPECT_TRUE(verify_password(hash, "correct horse"));
    EXPECT_FALSE(verify_password(hash, "correct horsf"));
    EXPECT_FALSE(verify_password("", "correct horse"));
    EXPECT_FALSE(verify_password(decoy_hash(), "correct horse"));
    EXPECT_FALSE(needs_rehash(hash));
}

TEST(PasswordTest, RefusesTooShortAndTooLong) {
    EXPECT_EQ(hash_password("short").error().code, Code::invalid_argument);
    EXPECT_FALSE(hash_password(std::string(257, 'x')));
}

TEST(RandomTest, UuidsHaveTheFormOfVersion4AndDiffer) {
    const std::regex form{"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"};
    std::set<std::string> seen;
    for (int i = 0; i < 1000; ++i) {
        const std::string text = uuid_text();
        ASSERT_TRUE(std::regex_match(text, form)) << text;
        ASSERT_TRUE(seen.insert(text).second);
    }
}

TEST(RandomTest, TokenHashIsSha256) {
    EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(random_token().size(), 32U);
    EXPECT_EQ(token_hash(random_token()).size(), 32U);
}

TEST(MacKeyTest, TagsDependOnKeyAndMessageAlone) {
    const test::TempDir dir;
    const std::string path = (dir.path() / "jt808.key").string();
    ASSERT_TRUE(MacKey::make_file(path));
    const MacKey key = MacKey::load(path).value();
    EXPECT_EQ(key.tag("13511221122").size(), MacKey::kTagSize);
    EXPECT_EQ(key.tag("13511221122"), MacKey::load(path)->tag("13511221122"));
    EXPECT_NE(key.tag("13511221122"), key.tag("13511221123"));
    EXPECT_NE(key.tag("13511221122"), MacKey::make().tag("13511221122"));
    EXPECT_EQ(MacKey::load(path + ".none").error().code, Code::io);
}

// HMAC-SHA-512-256 of RFC 4231, test case 1, with its key filled up to 32 bytes as HMAC itself does.
TEST(MacKeyTest, IsTheStandardsHmac) {
    const test::TempDir dir;
    const std::string path = (dir.path() / "rfc.key").string();
    std::string key(20, '\x0b');
    key.resize(MacKey::kSize, '\0');
    ASSERT_TRUE(write_private_file(path, to_hex(key) + "\n"));
    EXPECT_EQ(to_hex(MacKey::load(path)->tag("Hi There")),
              "87aa7cdea5ef619d4ff0b4241a1d6cb02379f4e2ce4ec2787ad0b30545e17cde");
}

TEST(MacKeyTest, ComparesWhole) {
    EXPECT_TRUE(equal_in_constant_time("", ""));
    EXPECT_TRUE(equal_in_constant_time("abc", "abc"));
    EXPECT_FALSE(equal_in_constant_time("abc", "abd"));
    EXPECT_FALSE(equal_in_constant_time("abc", "ab"));
    EXPECT_FALSE(equal_in_constant_time("ab", "abc"));
}

} // namespace
} // namespace ems::seal
