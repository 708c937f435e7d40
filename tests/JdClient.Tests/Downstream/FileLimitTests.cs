using JdClient.Downstream;

namespace JdClient.Tests.Downstream;

public sealed class FileLimitTests
{
    [Theory]
    [InlineData("Max open files            1024                 524288               files     ", 1024)]
    [InlineData("Max open files            unlimited            unlimited            files     ", null)]
    public void The_soft_limit_counts(string line, int? limit) => Assert.Equal(limit, FileLimit.Parse(line));

    [Theory]
    [InlineData(20_000, 19_488)]
    [InlineData(400, 100)]
    public void Some_files_are_kept_for_what_miners_depend_on(int files, int room) => Assert.Equal(room, FileLimit.Room(files));

    [Fact]
    public void The_limit_of_this_process_is_read_where_there_is_one()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "/proc of Linux");
        Assert.True(FileLimit.Read() is null or > 0);
    }
}
