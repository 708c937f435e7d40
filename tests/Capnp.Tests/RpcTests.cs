using Capnp.Rpc;
using Capnp.Tests.Schema;
using Xunit;

namespace Capnp.Tests;

public class RpcTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task A_capability_of_an_answer_can_be_called_before_and_after_the_answer()
    {
        FactoryServer factory = new();
        (RpcConnection client, RpcConnection server) = Wires.Connect(factory);
        await using (client)
        await using (server)
        {
            using Factory.Client bootstrap = new(client.Bootstrap());
            RpcCall<Factory.MakeResults.Reader> make = bootstrap.Make(p => p.Name = "a");
            using Counter.Client early = Factory.MakeResults.PipelineCounter(make);
            RpcCall<Counter.AddResults.Reader> first = early.Add(p => p.Amount = 2);
            using RpcAnswer<Factory.MakeResults.Reader> made = await make.Answer.WaitAsync(Patience);
            using Counter.Client? late = made.Results.GetCounter();

            using RpcAnswer<Counter.AddResults.Reader> two = await first.Answer.WaitAsync(Patience);
            using RpcAnswer<Counter.AddResults.Reader> five = await late!.Add(p => p.Amount = 3).Answer.WaitAsync(Patience);

            Assert.Equal(2ul, two.Results.Total);
            Assert.Equal(5ul, five.Results.Total);
        }
    }

    [Fact]
    public async Task The_last_reference_given_back_ends_the_object_on_the_other_side()
    {
        FactoryServer factory = new();
        (RpcConnection client, RpcConnection server) = Wires.Connect(factory);
        await using (client)
        await using (server)
        {
            using Factory.Client bootstrap = new(client.Bootstrap());
            RpcAnswer<Factory.MakeResults.Reader> made = await bootstrap.Make().Answer.WaitAsync(Patience);
            Counter.Client counter = made.Results.GetCounter()!;
            made.Dispose();
            using (await counter.Add(p => p.Amount = 1).Answer.WaitAsync(Patience))
            {
                Assert.False(factory.Made[0].Disposed.IsCompleted);
            }

            counter.Dispose();

            await factory.Made[0].Disposed.WaitAsync(Patience);
        }
    }

    [Fact]
    public async Task Our_own_object_comes_back_as_itself_and_later_calls_do_not_overtake_those_sent_to_the_promise()
    {
        FactoryServer factory = new();
        CountingServer ours = new();
        (RpcConnection client, RpcConnection server) = Wires.Connect(factory);
        await using (client)
        await using (server)
        {
            using Factory.Client bootstrap = new(client.Bootstrap());
            using Counter.Client counter = new(Capability.Serve(ours));
            RpcCall<Factory.SlowlyResults.Reader> slowly = bootstrap.Slowly(p => p.SetCounter(counter));
            using Counter.Client promise = Factory.SlowlyResults.PipelineSame(slowly);
            List<RpcCall<Counter.AddResults.Reader>> calls = [];
            for (uint i = 0; i < 20; i++)
                calls.Add(promise.Add(p => p.Amount = i));
            factory.Go.SetResult();
            using (await slowly.Answer.WaitAsync(Patience))
            {
                for (uint i = 20; i < 40; i++)
                    calls.Add(promise.Add(p => p.Amount = i));
                foreach (RpcCall<Counter.AddResults.Reader> call in calls)
                    (await call.Answer.WaitAsync(Patience)).Dispose();
            }

            Assert.Equal(Enumerable.Range(0, 40).Select(i => (uint)i), ours.Amounts);
        }
    }

    [Fact]
    public async Task The_other_side_can_call_back_during_a_call()
    {
        CountingServer ours = new();
        (RpcConnection client, RpcConnection server) = Wires.Connect(new FactoryServer());
        await using (client)
        await using (server)
        {
            using Factory.Client bootstrap = new(client.Bootstrap());
            using (Counter.Client counter = new(Capability.Serve(ours)))
            {
                using RpcAnswer<Factory.CallBackResults.Reader> answer = await bootstrap.CallBack(p =>
                {
                    p.SetCounter(counter);
                    p.Times = 50;
                }).Answer.WaitAsync(Patience);

                Assert.Equal(50ul, answer.Results.Total);
            }

            await ours.Disposed.WaitAsync(Patience);
        }
    }

    [Fact]
    public async Task Errors_arrive_with_their_kind_and_words()
    {
        (RpcConnection client, RpcConnection server) = Wires.Connect(new CountingServer());
        await using (client)
        await using (server)
        {
            using Counter.Client counter = new(client.Bootstrap());
            foreach (RpcErrorKind kind in Enum.GetValues<RpcErrorKind>())
            {
                RpcException problem = await Assert.ThrowsAsync<RpcException>(() => counter.Fail(p =>
                {
                    p.Kind = (ushort)kind;
                    p.Reason = "because";
                }).Answer.WaitAsync(Patience));
                Assert.Equal((kind, "because"), (problem.Kind, problem.Message));
            }

            RpcException bug = await Assert.ThrowsAsync<RpcException>(() => counter.Fail(p => p.Kind = 99).Answer.WaitAsync(Patience));
            Assert.Equal(RpcErrorKind.Failed, bug.Kind);
        }
    }

    [Fact]
    public async Task A_method_or_interface_that_is_not_there_is_unimplemented_and_the_connection_lives()
    {
        (RpcConnection client, RpcConnection server) = Wires.Connect(new CountingServer());
        await using (client)
        await using (server)
        {
            using Factory.Client wrong = new(client.Bootstrap());
            using Counter.Client right = new(client.Bootstrap());

            RpcException problem = await Assert.ThrowsAsync<RpcException>(() => wrong.Make().Answer.WaitAsync(Patience));

            Assert.Equal(RpcErrorKind.Unimplemented, problem.Kind);
            (await right.Add(p => p.Amount = 1).Answer.WaitAsync(Patience)).Dispose();
        }
    }

    [Fact]
    public async Task Giving_a_call_up_ends_it_here_at_once_and_there_soon_and_frees_its_number()
    {
        CountingServer counting = new();
        (RpcConnection client, RpcConnection server) = Wires.Connect(counting, new RpcOptions { MaxQuestions = 4 });
        await using (client)
        await using (server)
        {
            using Counter.Client counter = new(client.Bootstrap());
            for (int i = 0; i < 20; i++)
            {
                using CancellationTokenSource giveUp = new();
                RpcCall<Counter.WaitResults.Reader> wait = counter.Wait(null, giveUp.Token);
                await AddWhenThereIsRoomAsync(counter);
                await giveUp.CancelAsync();

                await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wait.Answer.WaitAsync(Patience));
            }

            await counting.Cancelled.WaitAsync(Patience);
        }
    }

    /// <summary>A number given up is free when the other side's answer has come, which is soon but not at once.</summary>
    private static async Task AddWhenThereIsRoomAsync(Counter.Client counter)
    {
        using CancellationTokenSource patience = new(Patience);
        while (true)
        {
            patience.Token.ThrowIfCancellationRequested();
            try
            {
                (await counter.Add(p => p.Amount = 1).Answer.WaitAsync(Patience)).Dispose();
                return;
            }
            catch (RpcException problem) when (problem.Kind == RpcErrorKind.Overloaded)
            {
                await Task.Yield();
            }
        }
    }

    [Fact]
    public async Task More_calls_than_allowed_fail_as_overloaded_and_the_others_go_on()
    {
        (RpcConnection client, RpcConnection server) = Wires.Connect(new CountingServer(), new RpcOptions { MaxQuestions = 3 });
        await using (client)
        await using (server)
        {
            using CancellationTokenSource giveUp = new();
            using Counter.Client counter = new(client.Bootstrap());
            (await counter.Add().Answer.WaitAsync(Patience)).Dispose();
            RpcCall<Counter.WaitResults.Reader>[] waits = [.. Enumerable.Range(0, 4).Select(_ => counter.Wait(null, giveUp.Token))];

            RpcException problem = await Assert.ThrowsAsync<RpcException>(() => waits[3].Answer.WaitAsync(Patience));

            Assert.Equal(RpcErrorKind.Overloaded, problem.Kind);
            Assert.All(waits[..3], wait => Assert.False(wait.Answer.IsCompleted));
        }
    }

    [Fact]
    public async Task The_end_of_the_connection_fails_what_is_under_way_and_what_comes_later()
    {
        CountingServer counting = new();
        (RpcConnection client, RpcConnection server) = Wires.Connect(counting);
        using Counter.Client counter = new(client.Bootstrap());
        RpcCall<Counter.WaitResults.Reader> wait = counter.Wait();
        (await counter.Add().Answer.WaitAsync(Patience)).Dispose();

        await server.DisposeAsync();

        RpcException problem = await Assert.ThrowsAsync<RpcException>(() => wait.Answer.WaitAsync(Patience));
        Assert.Equal(RpcErrorKind.Disconnected, problem.Kind);
        Assert.Equal(RpcEndKind.Lost, (await client.Completion.WaitAsync(Patience)).Kind);
        Assert.Equal(RpcEndKind.ClosedByUs, (await server.Completion.WaitAsync(Patience)).Kind);
        problem = await Assert.ThrowsAsync<RpcException>(() => counter.Add().Answer.WaitAsync(Patience));
        Assert.Equal(RpcErrorKind.Disconnected, problem.Kind);
        await counting.Cancelled.WaitAsync(Patience);
        await counting.Disposed.WaitAsync(Patience);
    }

    [Fact]
    public async Task An_answer_of_megabytes_passes()
    {
        (RpcConnection client, RpcConnection server) = Wires.Connect(new FactoryServer());
        await using (client)
        await using (server)
        {
            using Factory.Client factory = new(client.Bootstrap());
            using RpcAnswer<Factory.BytesResults.Reader> answer =
                await factory.Bytes(p => p.Count = 4_000_000).Answer.WaitAsync(Patience);

            Assert.Equal(4_000_000, answer.Results.Data.Length);
        }
    }

    [Fact]
    public async Task A_null_capability_of_an_answer_is_null_and_a_call_through_it_fails()
    {
        (RpcConnection client, RpcConnection server) = Wires.Connect(new FactoryServer());
        await using (client)
        await using (server)
        {
            using Factory.Client factory = new(client.Bootstrap());
            RpcCall<Factory.EchoResults.Reader> echo = factory.Echo();
            using Counter.Client promise = Factory.EchoResults.PipelineSame(echo);
            RpcCall<Counter.AddResults.Reader> add = promise.Add();
            using RpcAnswer<Factory.EchoResults.Reader> answer = await echo.Answer.WaitAsync(Patience);

            Assert.Null(answer.Results.GetSame());
            await Assert.ThrowsAsync<RpcException>(() => add.Answer.WaitAsync(Patience));
        }
    }
}
