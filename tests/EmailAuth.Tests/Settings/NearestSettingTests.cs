using EmailAuth.Settings;
using Xunit;

namespace EmailAuth.Tests.Settings;

public class NearestSettingTests
{
    [Theory]
    [InlineData("Dns", "Dms", "one letter replaced")]
    [InlineData("Dnss", "Dns", "one added")]
    [InlineData("Dn", "Dns", "one left out")]
    [InlineData("Dsn", "Dns", "two swapped, which is one step")]
    [InlineData("dNS", "Dns", "the case does not count")]
    [InlineData("Dnx", "Dnx", "the last letter counts")]
    [InlineData("Policy:OnReject", "Policy:OnReject", "the same")]
    [InlineData("OnReject", "Policy:OnReject", "in another section")]
    [InlineData("PolicyOnReject", "Policy:OnReject", "section and name joined")]
    [InlineData("Unlike", null, "nothing is near")]
    [InlineData("q", null, "a short name is not near a long one")]
    public void The_nearest_is_found(string path, string? nearest, string why)
    {
        var found = NearestSetting.Find(path, path == "Dns" ? ["Dnxy", "Dms"] : ["Dns", "Dnx", "Policy:OnReject", "Policy:OnUndecided"]);
        Assert.True(nearest == found, $"{why}: {found}");
    }

    [Fact]
    public void A_name_longer_than_any_setting_is_not_compared()
    {
        Assert.Null(NearestSetting.Find(new string('x', 101), [new string('x', 101)]));
        Assert.NotNull(NearestSetting.Find(new string('x', 100), [new string('x', 100)]));
    }
}
